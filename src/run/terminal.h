/* terminal.h - the width of a terminal. */
#ifndef MXDANE_TERMINAL_H
#define MXDANE_TERMINAL_H

/* Columns of the terminal that `fd` is; of something else what COLUMNS says; 80 if it does not. */
unsigned terminal_columns(int fd);

#endif
