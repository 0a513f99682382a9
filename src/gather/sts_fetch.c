/* sts_fetch.c owns the HTTPS fetch of MTA-STS policies; alone knows libcurl. */
#include "sts_fetch.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "certificate.h"
#include "limit.h"

enum { HTTPS_PORT = 443, TOO_LARGE = 100 /* CURLE_TOO_LARGE of libcurl 8.6 and later */ };

struct sts_fetcher {
	struct loop *loop;
	const struct params *params;
	struct resolver *resolver;
	struct quota *quota;
	CURLM *multi;
	struct loop_timer *timer;
};

struct sts_fetch {
	struct sts_fetcher *fetcher;
	sts_fetch_cb *cb;
	void *user;
	struct arena *arena;
	char *host; /* mta-sts.DOMAIN */
	struct resolver_request *a, *aaaa;
	struct address addresses[LIMIT_HOST_ADDRESSES];
	size_t address_count;
	size_t tried; /* through a proxy: addresses that failed, for libcurl asks it for one only */
	const char *address_error;
	struct quota_permit permit;
	CURL *easy;
	struct curl_slist *resolve, *connect_to;
	struct sts_fetch_answer answer;
	char curl_error[CURL_ERROR_SIZE];
};

/* ---- What an answer comes to ---- */

void sts_fetch_answer_reset(struct sts_fetch_answer *a)
{
	buffer_reset(&a->body);
	buffer_reset(&a->pem);
}

/* Records why there is no policy; the first reason stays. */
static void fail_answer(struct sts_fetch_answer *a, enum fetch_failure failure, const char *why)
{
	if (a->fetch.failure != FETCH_FAILURE_NONE)
		return;
	a->fetch.failure = failure;
	a->fetch.error = arena_strdup(a->arena, why);
}

bool sts_fetch_answer_add_body(struct sts_fetch_answer *a, const void *data, size_t length)
{
	if (length > LIMIT_POLICY_BODY - a->body.length) {
		fail_answer(a, FETCH_FAILURE_TOO_LARGE, "the body is over 64 KiB");
		return false;
	}
	buffer_add(&a->body, data, length);
	return true;
}

void sts_fetch_answer_add_certificate(struct sts_fetch_answer *a, const char *pem)
{
	buffer_add_text(&a->pem, pem);
	buffer_add_text(&a->pem, "\n");
}

void sts_fetch_answer_end(
    struct sts_fetch_answer *a, long status, const char *content_type, const char *error)
{
	struct policy_fetch *f = &a->fetch;
	const char *unreadable = NULL;
	f->http_status = (int)status;
	f->content_type = arena_strdup(a->arena, content_type);
	if (a->pem.length)
		f->chain = certificate_parse_pem(
		    a->arena, a->pem.data, a->pem.length, &f->chain_count, &unreadable);
	if (!f->chain)
		f->chain_count = 0;
	if (status != 0 && status != 200)
		fail_answer(
		    a, FETCH_FAILURE_STATUS, arena_printf(a->arena, "HTTP status %ld", status));
	else if (error)
		fail_answer(a, FETCH_FAILURE_CONNECT, error);
	f->body = (const uint8_t *)buffer_text(&a->body);
	f->body_length = a->body.length;
}

/* ---- The answer to a request ---- */

static void end_transfer(struct sts_fetch *r)
{
	if (r->easy) {
		curl_multi_remove_handle(r->fetcher->multi, r->easy);
		curl_easy_cleanup(r->easy);
	}
	r->easy = NULL;
	curl_slist_free_all(r->resolve);
	curl_slist_free_all(r->connect_to);
	r->resolve = r->connect_to = NULL;
}

static void destroy_request(struct sts_fetch *r)
{
	end_transfer(r);
	quota_release(&r->permit);
	sts_fetch_answer_reset(&r->answer);
	arena_destroy(r->arena);
	free(r);
}

static void deliver(struct sts_fetch *r)
{
	r->answer.fetch.tried = true;
	r->cb(r->user, &r->answer.fetch);
	destroy_request(r);
}

static size_t write_body(char *data, size_t size, size_t count, void *user)
{
	struct sts_fetch *r = user;
	size_t length = size * count;
	return sts_fetch_answer_add_body(&r->answer, data, length) ? length : 0; /* 0 ends it */
}

/* The chain that the host presented, from what libcurl keeps of it. */
static void record_chain(struct sts_fetch *r)
{
	struct curl_certinfo *info = NULL;
	if (curl_easy_getinfo(r->easy, CURLINFO_CERTINFO, &info) != CURLE_OK || !info)
		return;
	for (int i = 0; i < info->num_of_certs; i++)
		for (struct curl_slist *s = info->certinfo[i]; s; s = s->next)
			if (strncmp(s->data, "Cert:", 5) == 0)
				sts_fetch_answer_add_certificate(&r->answer, s->data + 5);
}

static const char *transfer_error(struct sts_fetch *r, CURLcode code)
{
	if (code == CURLE_OPERATION_TIMEDOUT)
		return "timed out";
	/* Before 8.6 libcurl has one word for a line over its 100 KiB and for lack of memory, and
	 * means the line here: where memory ran out the program has stopped (arena.c). */
	if (code == CURLE_OUT_OF_MEMORY || (int)code == TOO_LARGE)
		return "a line of the HTTP header is too long";
	size_t length = strlen(r->curl_error);
	if (length && r->curl_error[length - 1] == '.')
		r->curl_error[length - 1] = '\0';
	return *r->curl_error ? r->curl_error : curl_easy_strerror(code);
}

/* What a proxy answered that stands for the policy host (RFC 1928 §6); NULL for the proxy's own. */
static const char *reply_about_host(long reply)
{
	switch (reply) {
	case CURLPX_REPLY_NETWORK_UNREACHABLE: return "network unreachable";
	case CURLPX_REPLY_HOST_UNREACHABLE: return "host unreachable";
	case CURLPX_REPLY_CONNECTION_REFUSED: return "connection refused";
	case CURLPX_REPLY_TTL_EXPIRED: return "connection timed out";
	default: return NULL;
	}
}

/* What GnuTLS makes of a connection that ends without an alert. */
static bool was_cut_off(const struct sts_fetch *r)
{
	return strstr(r->curl_error, "non-properly terminated") ||
	       strstr(r->curl_error, "pull function");
}

/*
 * Whose fault it is that nothing came of it. A proxy may say that it has connected before it has,
 * as ssh does: so until the host has spoken, silence and the end of the connection say nothing of
 * it.
 */
static void blame_proxy_or_host(struct sts_fetch *r, CURLcode code)
{
	const char *proxy = r->fetcher->params->proxy->name, *about_host;
	curl_off_t spoken = 0;
	long reply = 0;
	curl_easy_getinfo(r->easy, CURLINFO_PROXY_ERROR, &reply);
	curl_easy_getinfo(r->easy, CURLINFO_APPCONNECT_TIME_T, &spoken);
	about_host = code == CURLE_PROXY ? reply_about_host(reply) : NULL;
	if (about_host)
		fail_answer(&r->answer, FETCH_FAILURE_CONNECT,
		    arena_printf(r->arena, "%s (through the proxy %s)", about_host, proxy));
	else if (code == CURLE_PROXY || code == CURLE_COULDNT_CONNECT ||
		 code == CURLE_COULDNT_RESOLVE_PROXY)
		fail_answer(&r->answer, FETCH_FAILURE_PROXY,
		    arena_printf(r->arena, "the proxy %s does not connect: %s", proxy,
			transfer_error(r, code)));
	else if (spoken == 0 && (code == CURLE_OPERATION_TIMEDOUT || was_cut_off(r)))
		fail_answer(&r->answer, FETCH_FAILURE_PROXY,
		    arena_printf(r->arena, "nothing came through the proxy %s: %s", proxy,
			transfer_error(r, code)));
}

static void record_answer(struct sts_fetch *r, CURLcode code)
{
	long status = 0;
	const char *type = NULL;
	if (r->fetcher->params->proxy)
		blame_proxy_or_host(r, code);
	curl_easy_getinfo(r->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(r->easy, CURLINFO_CONTENT_TYPE, &type);
	record_chain(r);
	sts_fetch_answer_end(
	    &r->answer, status, type, code == CURLE_OK ? NULL : transfer_error(r, code));
}

/* ---- libcurl on the loop ---- */

static void start_transfer(void *user);

/* True if the proxy could not connect to one of the host's addresses, and is asked for the next. */
static bool try_next_address(struct sts_fetch *r, CURLcode code)
{
	long reply = 0;
	if (code != CURLE_PROXY || r->tried + 1 >= r->address_count)
		return false;
	curl_easy_getinfo(r->easy, CURLINFO_PROXY_ERROR, &reply);
	if (!reply_about_host(reply) && reply != CURLPX_CLOSED)
		return false;
	r->tried++;
	end_transfer(r);
	start_transfer(r);
	return true;
}

static void reap(struct sts_fetcher *f)
{
	int left;
	for (CURLMsg *m; (m = curl_multi_info_read(f->multi, &left));) {
		if (m->msg != CURLMSG_DONE)
			continue;
		struct sts_fetch *r = NULL;
		CURLcode code = m->data.result; /* m dies with the handle */
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &r);
		if (try_next_address(r, code))
			continue;
		record_answer(r, code);
		deliver(r);
	}
}

/* One socket of libcurl's. */
struct transfer_socket {
	struct sts_fetcher *fetcher;
	curl_socket_t fd;
	struct loop_watch *watch;
};

static void socket_ready(void *user, unsigned events)
{
	struct transfer_socket *s = user;
	struct sts_fetcher *f = s->fetcher;
	int running;
	int what = ((events & LOOP_READ) ? CURL_CSELECT_IN : 0) |
		   ((events & LOOP_WRITE) ? CURL_CSELECT_OUT : 0);
	curl_multi_socket_action(f->multi, s->fd, what, &running);
	reap(f);
}

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *user, void *known)
{
	struct sts_fetcher *f = user;
	struct transfer_socket *s = known;
	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (s)
			loop_watch_close(s->watch);
		free(s);
		return 0;
	}
	unsigned events =
	    ((what & CURL_POLL_IN) ? LOOP_READ : 0) | ((what & CURL_POLL_OUT) ? LOOP_WRITE : 0);
	if (s) {
		loop_watch_set(s->watch, events);
		return 0;
	}
	s = memory_alloc(sizeof *s);
	s->fetcher = f;
	s->fd = fd;
	s->watch = loop_watch_open(f->loop, fd, events, socket_ready, s);
	curl_multi_assign(f->multi, fd, s);
	return s->watch ? 0 : -1;
}

static void timer_fired(void *user)
{
	struct sts_fetcher *f = user;
	int running;
	curl_multi_socket_action(f->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	reap(f);
}

static int timer_changed(CURLM *multi, long delay_ms, void *user)
{
	struct sts_fetcher *f = user;
	(void)multi;
	if (delay_ms < 0)
		loop_timer_stop(f->timer);
	else
		loop_timer_start(f->timer, (uint64_t)delay_ms);
	return 0;
}

/* ---- The request ---- */

/*
 * The certificate is not verified by libcurl: GnuTLS would fall back to the CN, which RFC 8461 §3.3
 * forbids, and the whole trust store would be read again for each host.
 */
static bool set_options(struct sts_fetch *r)
{
	const struct params *p = r->fetcher->params;
	const struct proxy *proxy = p->proxy;
	CURL *e = r->easy;
	const char *url = arena_printf(r->arena, "https://%s/.well-known/mta-sts.txt", r->host);
	CURLcode codes[] = {
	    curl_easy_setopt(e, CURLOPT_URL, url),
	    curl_easy_setopt(e, CURLOPT_PRIVATE, r),
	    curl_easy_setopt(e, CURLOPT_ERRORBUFFER, r->curl_error),
	    curl_easy_setopt(e, CURLOPT_RESOLVE, r->resolve),
	    curl_easy_setopt(e, CURLOPT_CONNECT_TO, r->connect_to),
	    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L),
	    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L),
	    curl_easy_setopt(e, CURLOPT_CAINFO, NULL),
	    curl_easy_setopt(e, CURLOPT_CAPATH, NULL),
	    curl_easy_setopt(e, CURLOPT_CERTINFO, 1L),
	    curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https"),
	    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2),
	    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1),
	    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L),
	    curl_easy_setopt(e, CURLOPT_PROXY, proxy ? proxy->name : ""),
	    curl_easy_setopt(e, CURLOPT_PROXYUSERNAME, proxy ? proxy->user : NULL),
	    curl_easy_setopt(e, CURLOPT_PROXYPASSWORD, proxy ? proxy->password : NULL),
	    curl_easy_setopt(e, CURLOPT_SOCKS5_AUTH, (long)CURLAUTH_BASIC),
	    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L),
	    curl_easy_setopt(e, CURLOPT_FORBID_REUSE, 1L),
	    curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L),
	    curl_easy_setopt(e, CURLOPT_USERAGENT, "mxdane/" MXDANE_VERSION),
	    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)p->timeout_ms),
	    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)p->timeout_ms),
	    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, write_body),
	    curl_easy_setopt(e, CURLOPT_WRITEDATA, r),
	};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i] != CURLE_OK)
			return false;
	return true;
}

static void add_address_text(struct buffer *b, const struct address *a)
{
	char text[ADDRESS_TEXT_SIZE];
	bool six = a->family == AF_INET6;
	buffer_printf(b, "%s%s%s", six ? "[" : "", address_text(a, text), six ? "]" : "");
}

/* CURLOPT_RESOLVE: libcurl looks up nothing by itself. */
static struct curl_slist *list_addresses(
    const char *host, uint16_t port, const struct address *list, size_t count)
{
	struct buffer b = {0};
	buffer_printf(&b, "+%s:%u", host, port);
	for (size_t i = 0; i < count; i++) {
		buffer_add_text(&b, i ? "," : ":");
		add_address_text(&b, &list[i]);
	}
	struct curl_slist *entry = curl_slist_append(NULL, buffer_text(&b));
	buffer_reset(&b);
	return entry;
}

/* The proxy is asked for one address, which no other transfer may change meanwhile, as it may what
 * CURLOPT_RESOLVE has put into libcurl's cache. */
static void find_way_through(struct sts_fetch *r, const struct proxy *proxy)
{
	struct buffer b = {0};
	struct address literal;
	buffer_add_text(&b, "::");
	add_address_text(&b, &r->addresses[r->tried]);
	buffer_add_text(&b, ":");
	r->connect_to = curl_slist_append(NULL, buffer_text(&b));
	if (!address_read(proxy->host, &literal))
		r->resolve = list_addresses(
		    proxy->host, proxy->port, proxy->addresses, proxy->address_count);
	buffer_reset(&b);
}

static void start_transfer(void *user)
{
	struct sts_fetch *r = user;
	const struct proxy *proxy = r->fetcher->params->proxy;
	if (proxy)
		find_way_through(r, proxy);
	else
		r->resolve = list_addresses(r->host, HTTPS_PORT, r->addresses, r->address_count);
	r->easy = curl_easy_init();
	if ((!r->resolve && !r->connect_to) || !r->easy || !set_options(r) ||
	    curl_multi_add_handle(r->fetcher->multi, r->easy) != CURLM_OK) {
		fail_answer(&r->answer, FETCH_FAILURE_CONNECT, "libcurl could not be set up");
		deliver(r);
	}
}

static void addresses_known(struct sts_fetch *r)
{
	if (r->address_count > 0) {
		quota_acquire(r->fetcher->quota, &r->permit, start_transfer, r);
		return;
	}
	fail_answer(
	    &r->answer, FETCH_FAILURE_ADDRESS, r->address_error ? r->address_error : "no address");
	deliver(r);
}

static void add_addresses(struct sts_fetch *r, const struct lookup *l)
{
	if (l->kind == ANSWER_FAILED || l->dnssec == DNSSEC_BOGUS) {
		r->address_error = arena_printf(r->arena, "the address lookup of %s %s: %s",
		    r->host, l->dnssec == DNSSEC_BOGUS ? "is bogus" : "failed",
		    l->error ? l->error : "no reason known");
		return;
	}
	if (l->kind != ANSWER_RECORDS)
		return;
	for (size_t i = 0; i < l->record_count && r->address_count < LIMIT_HOST_ADDRESSES; i++) {
		const struct address *a = &l->records[i].address;
		if (address_is_reserved(a) && !r->fetcher->params->reserved) {
			char text[ADDRESS_TEXT_SIZE];
			r->address_error = arena_printf(
			    r->arena, "%s is a special-purpose address", address_text(a, text));
			continue;
		}
		r->addresses[r->address_count++] = *a;
	}
}

static void a_known(void *user, const struct lookup *l)
{
	struct sts_fetch *r = user;
	r->a = NULL;
	add_addresses(r, l);
	if (!r->aaaa)
		addresses_known(r);
}

static void aaaa_known(void *user, const struct lookup *l)
{
	struct sts_fetch *r = user;
	r->aaaa = NULL;
	add_addresses(r, l);
	if (!r->a)
		addresses_known(r);
}

static char *policy_host(struct arena *arena, const char *domain)
{
	return arena_printf(arena, "mta-sts.%s", domain);
}

void sts_fetch_prepare(struct sts_fetcher *fetcher, enum dns_view view, const char *domain)
{
	enum family_choice family = fetcher->params->family;
	struct arena *arena = arena_create();
	const char *host = policy_host(arena, domain);

	if (family != FAMILY_IPV6)
		resolver_prepare(fetcher->resolver, view, host, DNS_TYPE_A);
	if (family != FAMILY_IPV4)
		resolver_prepare(fetcher->resolver, view, host, DNS_TYPE_AAAA);
	arena_destroy(arena);
}

struct sts_fetch *sts_fetch_start(struct sts_fetcher *fetcher, enum dns_view view,
    const char *domain, sts_fetch_cb *cb, void *user)
{
	struct sts_fetch *r = memory_alloc(sizeof *r);
	enum family_choice family = fetcher->params->family;
	r->fetcher = fetcher;
	r->cb = cb;
	r->user = user;
	r->arena = r->answer.arena = arena_create();
	r->host = policy_host(r->arena, domain);
	if (family != FAMILY_IPV6)
		r->a = resolver_lookup(fetcher->resolver, view, r->host, DNS_TYPE_A, a_known, r);
	if (family != FAMILY_IPV4)
		r->aaaa =
		    resolver_lookup(fetcher->resolver, view, r->host, DNS_TYPE_AAAA, aaaa_known, r);
	return r;
}

bool sts_fetch_is_waiting(const struct sts_fetch *request)
{
	if (request->a || request->aaaa)
		return resolver_is_crowded(request->fetcher->resolver);
	return !request->easy;
}

void sts_fetch_cancel(struct sts_fetch *request)
{
	if (!request)
		return;
	resolver_cancel(request->a);
	resolver_cancel(request->aaaa);
	destroy_request(request);
}

struct sts_fetcher *sts_fetch_create(
    struct loop *loop, const struct params *params, struct resolver *resolver, struct quota *quota)
{
	struct sts_fetcher *f = memory_alloc(sizeof *f);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	f->loop = loop;
	f->params = params;
	f->resolver = resolver;
	f->quota = quota;
	f->timer = loop_timer_create(loop, timer_fired, f);
	f->multi = curl_multi_init();
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETFUNCTION, socket_changed);
	curl_multi_setopt(f->multi, CURLMOPT_SOCKETDATA, f);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERFUNCTION, timer_changed);
	curl_multi_setopt(f->multi, CURLMOPT_TIMERDATA, f);
	return f;
}

void sts_fetch_destroy(struct sts_fetcher *fetcher)
{
	if (!fetcher)
		return;
	curl_multi_cleanup(fetcher->multi);
	loop_timer_destroy(fetcher->timer);
	curl_global_cleanup();
	free(fetcher);
}

const char *sts_fetch_library_version(void)
{
	return curl_version_info(CURLVERSION_NOW)->version;
}
