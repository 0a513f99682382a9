/* models_servers.h - models of domains of which each name server was asked. */
#ifndef TEST_MODELS_SERVERS_H
#define TEST_MODELS_SERVERS_H

#include "model.h"

/* A name server of each kind of trouble. */
struct domain_report *model_servers(struct arena *arena);

#endif
