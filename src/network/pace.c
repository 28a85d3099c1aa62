#include "network/pace.h"

/* The number of runs with either sums, in turn; and how often threads are tried that have lost, so that they cost at
 * most a thirty-second of the time. */
enum { SUMS_TRIED = 32, THREADS_TRIED_EVERY = 32 };

static double shorter(const double took[2]) { return took[0] < took[1] ? took[0] : took[1]; }

static bool next_threads(const pace *p) {
    const bool all_are_faster = shorter(p->by_threads[true]) <= shorter(p->by_threads[false]);
    const bool is_power_of_two = (p->nruns & (p->nruns - 1)) == 0;
    const bool tries = p->nruns % THREADS_TRIED_EVERY == 0 || (p->nruns < THREADS_TRIED_EVERY && is_power_of_two);
    return !p->has_threads || all_are_faster != (tries && p->nruns > 1);
}

static bool next_sums(const pace *p) {
    if (!p->has_narrow_sums)
        return false;
    return p->nruns < SUMS_TRIED ? p->nruns % 2 == 1 : p->by_sums[true] < p->by_sums[false];
}

way pace_next(const pace *p) { return (way){.all_threads = next_threads(p), .narrow_sums = next_sums(p)}; }

void pace_note(pace *p, way done, double took) {
    double *last = p->by_threads[done.all_threads], *shortest = &p->by_sums[done.narrow_sums];
    last[1] = last[0] > 0 ? last[0] : took;
    last[0] = took;
    *shortest = *shortest > 0 && *shortest < took ? *shortest : took;
    p->nruns++;
}
