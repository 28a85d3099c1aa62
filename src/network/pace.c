#include "network/pace.h"

/* So that what has lost costs at most a thirty-second of the time, or a sixty-fourth. */
enum { THREADS_TRIED_EVERY = 32, SUMS_TRIED_IN_TURN = 16, SUMS_TRIED_EVERY = 64 };

static double shorter(const double took[2]) { return took[0] < took[1] ? took[0] : took[1]; }

static bool next_threads(const pace *p) {
    const bool all_are_faster = shorter(p->by_threads[true]) <= shorter(p->by_threads[false]);
    const bool is_power_of_two = (p->nruns & (p->nruns - 1)) == 0;
    const bool tries = p->nruns % THREADS_TRIED_EVERY == 0 || (p->nruns < THREADS_TRIED_EVERY && is_power_of_two);
    return !p->has_threads || all_are_faster != (tries && p->nruns > 1);
}

static bool next_sums(const pace *p) {
    if (p->nruns < SUMS_TRIED_IN_TURN)
        return p->has_narrow_sums && p->nruns % 2 == 1;
    const bool narrow_are_faster = p->by_sums[true] < p->by_sums[false], tries = p->nruns % SUMS_TRIED_EVERY == 1;
    return p->has_narrow_sums && narrow_are_faster != tries;
}

way pace_next(const pace *p) { return (way){.all_threads = next_threads(p), .narrow_sums = next_sums(p)}; }

void pace_note(pace *p, way done, double took) {
    double *last = p->by_threads[done.all_threads], *shortest = &p->by_sums[done.narrow_sums];
    last[1] = last[0] > 0 ? last[0] : took;
    last[0] = took;
    *shortest = *shortest > 0 && *shortest < took ? *shortest : took;
    p->nruns++;
}
