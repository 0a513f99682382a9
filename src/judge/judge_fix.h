/*
 * judge_fix.h - what fixes a finding: proposed, applied to the facts in memory, judged again by the
 * same judge, and only then offered. Only for judge*.c.
 */
#ifndef MXDANE_JUDGE_FIX_H
#define MXDANE_JUDGE_FIX_H

#include "judge_internal.h"

/* ---- judge_fix.c ---- */

/* Gives each finding on a host's TLSA records the fix of that host, if it makes the finding go and
 * no other critical one come. */
void judge_fixes(struct judge *j);

/* A critical finding that is not there today; or one that says that the effect is not known. */
bool judge_does_harm(const struct domain_report *now, const struct domain_report *then);

/* 3 1 x of the leaf; 3 0 x where its key is not known, or its digest fits no record; false: none.
 */
bool judge_fix_record(const struct certificate *leaf, uint8_t mtype, struct dns_record *r);

/* ---- judge_fix_list.c ---- */

/* Adds a step that is none of the zone's; `owner` may be NULL. */
void judge_fix_step(struct judge *j, struct action_list *fix, enum action_kind kind,
    enum action_place place, const char *owner, const char *text);
/* The zone that the name is in: to be signed, or only its DS record to be published. */
void judge_fix_sign(struct judge *j, struct action_list *fix, const char *name);
/* Names the DS record that is missing in the finding's message, where no fix has it. */
void judge_fix_name_ds(struct judge *j, struct finding *f);
/* Adds the steps of `other`, but not what the parent zone is to do already. */
void judge_fix_join(struct judge *j, struct action_list *fix, const struct action_list *other);
/* Not what is added already. */
void judge_fix_add(
    struct judge *j, struct action_list *fix, const struct zone_line *line, const char *text);
void judge_fix_delete(
    struct judge *j, struct action_list *fix, const struct zone_line *line, const char *text);
/* The lookup as it is once the fix is done; NULL of NULL. In the judge's arena. */
struct lookup *judge_fix_lookup(
    struct judge *j, const struct lookup *l, const struct action_list *fix);
/* The fix as text, and the other ways after it: sentences, the records on lines of their own. */
const char *judge_fix_text(struct judge *j, const struct finding *f);

#endif
