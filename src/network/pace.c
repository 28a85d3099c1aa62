#include "network/pace.h"

#include <stddef.h>

enum { FIRST_INTERVAL = 8, LAST_INTERVAL = 256, SUMS_TRIED_IN_TURN = 16, SUMS_TRIED_EVERY = 64 };

/* ---- threads ---- */

static double shortest(const double took[PACE_RUNS]) {
    double least = took[0];
    for (size_t i = 1; i < PACE_RUNS; i++)
        least = took[i] < least ? took[i] : least;
    return least;
}

/* The first stands for all that have not been. */
static void note_last(double last[PACE_RUNS], double took) {
    for (size_t i = PACE_RUNS - 1; i > 0; i--)
        last[i] = last[0] > 0 ? last[i - 1] : took;
    last[0] = took;
}

static void end_trial(pace *p, bool other_is_faster) {
    p->alone ^= other_is_faster;
    p->interval = other_is_faster ? FIRST_INTERVAL : 2 * p->interval;
    p->interval = p->interval < LAST_INTERVAL ? p->interval : LAST_INTERVAL;
    p->wait = p->interval;
}

static void note_threads(pace *p, bool all_threads, double took) {
    if (p->nruns == 0)
        p->wait = p->interval = FIRST_INTERVAL;
    note_last(all_threads ? p->all_took : p->alone_took, took);
    const double used = shortest(p->alone ? p->alone_took : p->all_took);
    const double other = shortest(p->alone ? p->all_took : p->alone_took);
    if (p->trial > 0) {
        if (--p->trial == 0)
            end_trial(p, other < used);
    } else if (--p->wait == 0 || (other > 0 && other < used)) {
        p->trial = PACE_RUNS;
    }
}

/* ---- sums ---- */

static bool next_sums(const pace *p) {
    if (p->nruns < SUMS_TRIED_IN_TURN)
        return p->has_narrow_sums && p->nruns % 2 == 1;
    const bool narrow_are_faster = p->narrow_took < p->wide_took, tries = p->nruns % SUMS_TRIED_EVERY == 1;
    return p->has_narrow_sums && narrow_are_faster != tries;
}

static void note_sums(pace *p, bool narrow, double took) {
    double *least = narrow ? &p->narrow_took : &p->wide_took;
    *least = *least > 0 && *least < took ? *least : took;
}

way pace_next(const pace *p) {
    return (way){.all_threads = !p->has_threads || p->alone == (p->trial > 0), .narrow_sums = next_sums(p)};
}

void pace_note(pace *p, way done, double took) {
    if (p->has_threads)
        note_threads(p, done.all_threads, took);
    note_sums(p, done.narrow_sums, took);
    p->nruns++;
}
