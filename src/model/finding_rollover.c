/* finding_rollover.c owns the catalogue's rows on the way from the live state to the proposed one
 * (--zone, --chain). */
#include "finding_table.h"

const struct finding_info finding_rollover_rows[FINDING_ROLLOVER_ROWS] = {
    {"rollover-safe", FINDING_INFO, "the proposed change can be made now, in any order",
	"RFC 7671 §8.1, 8.4",
	"For the time that the live TLSA records may be cached, some senders have the old records "
	"and some the new ones, and they meet the old chain or the new one. Each of these pairs "
	"was judged, and none fails that works today.",
	"Nothing needs to be done. Publish the records and take the chain into use as it suits "
	"you."},
    {"rollover-order", FINDING_WARNING,
	"the proposed change is safe in one order only, with a wait between its steps",
	"RFC 7671 §8.1, 8.4",
	"The state that is proposed is good, but not the way to it: the live TLSA records do not "
	"fit the new chain, or the new records do not fit a chain that is presented now. Senders "
	"cache TLSA records for their TTL, so what is changed at one moment here changes over that "
	"time out there; who meets the wrong pair does not deliver.",
	"Keep to the order that the finding gives. Where the records come first, the chain must "
	"wait until the live records have left every cache. Judge each step by itself: --zone "
	"alone for the records, --chain alone for the certificate."},
    {"rollover-unsafe", FINDING_CRITICAL,
	"the proposed change breaks mail in whatever order it is made", "RFC 7671 §8.1, 8.4",
	"The live TLSA records do not fit the new chain, and the new records do not fit a chain "
	"that is presented now. Whichever is changed first, DANE senders do not deliver until "
	"the other has followed and, with the records last, until their caches have run out.",
	"Publish the records of the fix first: the live ones and those of the new chain together. "
	"When the live ones have left every cache, take the new chain into use; after one TTL "
	"more, "
	"take the old records out."},
    {"rollover-unknown", FINDING_INFO,
	"the live state could not be seen, so the way to the proposed one is not judged",
	"RFC 7671 §8.4",
	"Whether a change can be made now depends on the TLSA records that caches hold and on the "
	"certificates that the servers present. One of the two could not be seen from here: no "
	"resolver answers, or connections to the SMTP port are blocked, as they are for most CI "
	"services.",
	"Run the check where resolver and mail servers can be reached. Without it, publish new "
	"records beside the live ones, wait for their TTL, change the chain, and take the old "
	"records out after one TTL more."},
};
