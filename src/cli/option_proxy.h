/* option_proxy.h - the proxy that --proxy names, looked up once before the run. */
#ifndef MXDANE_OPTION_PROXY_H
#define MXDANE_OPTION_PROXY_H

#include "arena.h"
#include "params.h"

/* Fills its addresses, by the system's own name service; NULL, or a sentence saying why not. */
const char *option_proxy_look_up(struct proxy *proxy, struct arena *arena);

#endif
