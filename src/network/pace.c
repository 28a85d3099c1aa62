#include "network/pace.h"

#include <stddef.h>

enum { FIRST_INTERVAL = 8, LAST_INTERVAL = 256 };

static double shortest(const double took[PACE_RUNS]) {
    double least = took[0];
    for (size_t i = 1; i < PACE_RUNS; i++)
        least = took[i] < least ? took[i] : least;
    return least;
}

/* The first run fills the whole list. */
static void push(double last[PACE_RUNS], double took) {
    for (size_t i = PACE_RUNS - 1; i > 0; i--)
        last[i] = last[0] > 0 ? last[i - 1] : took;
    last[0] = took;
}

static void end_trial(pace *p, bool trial_was_faster) {
    p->alone ^= trial_was_faster;
    p->interval = trial_was_faster ? FIRST_INTERVAL : 2 * p->interval;
    p->interval = p->interval < LAST_INTERVAL ? p->interval : LAST_INTERVAL;
    p->wait = p->interval;
}

bool pace_next(const pace *p) {
    const bool alone = p->alone != (p->trial > 0);
    return !p->has_choice || !alone;
}

void pace_note(pace *p, bool all_threads, double took) {
    if (!p->has_choice)
        return;
    if (p->interval == 0)
        p->wait = p->interval = FIRST_INTERVAL;
    push(all_threads ? p->all_took : p->alone_took, took);
    const double used = shortest(p->alone ? p->alone_took : p->all_took);
    const double other = shortest(p->alone ? p->all_took : p->alone_took);
    if (p->trial > 0) {
        if (--p->trial == 0)
            end_trial(p, other < used);
    } else if (--p->wait == 0 || (other > 0 && other < used)) {
        p->trial = PACE_RUNS;
    }
}
