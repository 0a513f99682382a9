/* proposed_chain.c owns the chains of --chain: reading them, and whose they are. */
#include "proposed_chain.h"

#include "certificate.h"
#include "escape.h"
#include "limit.h"

/*
 * A server sends its own certificate first, and tools that write chains in another order are
 * common. Being a CA is no sign: the self-signed certificate that many servers use with usage 3
 * says it is one. Having issued another certificate of the file is.
 */
static const char *order_fault(struct arena *arena, const struct proposed_chain *chain)
{
	const struct certificate *first = &chain->certificates[0];
	for (size_t i = 1; i < chain->count; i++) {
		const struct certificate *other = &chain->certificates[i];
		if (!other->self_signed && certificate_may_issue(first, other) &&
		    certificate_signed_by(other, first))
			return arena_printf(arena,
			    "expected the server's own certificate first, but certificate 1 is the "
			    "issuer of certificate %zu",
			    i + 1);
	}
	return NULL;
}

static bool read_chain(struct arena *arena, const struct chain_option *option,
    struct proposed_chain *out, const char **error)
{
	out->host = option->host;
	out->file = option->file;
	out->certificates = certificate_read_proposed(arena, option->file, &out->count, error);
	if (!out->certificates) {
		*error = arena_printf(arena, "--chain: %s", escape_text(arena, *error));
		return false;
	}
	const char *fault = order_fault(arena, out);
	if (!fault && out->count > LIMIT_CHAIN)
		fault = arena_printf(
		    arena, "expected at most %d certificates, not %zu", LIMIT_CHAIN, out->count);
	if (fault)
		*error =
		    arena_printf(arena, "--chain: %s: %s", escape_text(arena, option->file), fault);
	return !fault;
}

/* A host shows one chain of a key type; a third one the options refuse. */
static const char *pair_fault(struct arena *arena, const struct proposed_chains *chains)
{
	for (size_t i = 0; i < chains->count; i++) {
		for (size_t k = i + 1; k < chains->count; k++) {
			const struct proposed_chain *a = &chains->list[i], *b = &chains->list[k];
			const char *key = key_type_name(a->certificates[0].key_type);
			if (model_same_text(a->host, b->host) &&
			    a->certificates[0].key_type == b->certificates[0].key_type)
				return arena_printf(arena,
				    "--chain: %s: expected a chain of another key type for %s than "
				    "in "
				    "%s: both keys are %s",
				    escape_text(arena, b->file), b->host ? b->host : "all hosts",
				    escape_text(arena, a->file), key ? key : "of no known type");
		}
	}
	return NULL;
}

bool proposed_chains_read(struct arena *arena, const struct params *params,
    struct proposed_chains *out, const char **error)
{
	*out = (struct proposed_chains){0};
	*error = NULL;
	for (size_t i = 0; i < params->chain_count; i++) {
		struct proposed_chain *chain =
		    arena_append(arena, &out->list, &out->count, sizeof *out->list);
		if (!read_chain(arena, &params->chains[i], chain, error))
			return false;
	}
	*error = pair_fault(arena, out);
	return !*error;
}

static bool names(const struct proposed_chains *chains, const char *host)
{
	for (size_t i = 0; i < chains->count; i++)
		if (model_same_text(chains->list[i].host, host))
			return true;
	return false;
}

size_t proposed_chains_take(struct proposed_chains *chains, const char *host,
    const struct proposed_chain *out[static PROPOSED_PER_HOST])
{
	const char *owner = names(chains, host) ? host : NULL;
	size_t count = 0;
	for (size_t i = 0; i < chains->count && count < PROPOSED_PER_HOST; i++) {
		struct proposed_chain *chain = &chains->list[i];
		if (!model_same_text(chain->host, owner))
			continue;
		chain->met = true;
		out[count++] = chain;
	}
	if (count == 2 && out[0]->certificates[0].key_type > out[1]->certificates[0].key_type) {
		const struct proposed_chain *second = out[0];
		out[0] = out[1];
		out[1] = second;
	}
	return count;
}

static bool named_before(const struct proposed_chains *chains, const struct proposed_chain *chain)
{
	for (const struct proposed_chain *c = chains->list; c < chain; c++)
		if (model_same_text(c->host, chain->host))
			return true;
	return false;
}

const char *proposed_chains_unmet(
    const struct proposed_chains *chains, struct arena *arena, size_t *next)
{
	while (*next < chains->count) {
		const struct proposed_chain *chain = &chains->list[(*next)++];
		bool said = chain->host && named_before(chains, chain);
		if (chain->host && !chain->met && !said)
			return arena_printf(
			    arena, "--chain: no domain of this run has %s as MX host", chain->host);
	}
	return NULL;
}
