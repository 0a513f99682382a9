/* status.h - how bad it is: of an endpoint, a host, a name server, a domain. */
#ifndef MXDANE_STATUS_H
#define MXDANE_STATUS_H

/* In the order of badness: the worse of two is the larger one. */
enum status { STATUS_OK, STATUS_WARNING, STATUS_UNKNOWN, STATUS_CRITICAL };

#endif
