#include "network/pace.h"

/* So that the way that loses costs at most a thirty-second of the time once things have settled. */
enum { TRIED_EVERY = 32 };

static double shorter(const double took[2]) { return took[0] < took[1] ? took[0] : took[1]; }

bool pace_all_threads(const pace *p) {
    const bool all_are_faster = shorter(p->took[true]) <= shorter(p->took[false]);
    const bool is_power_of_two = (p->nruns & (p->nruns - 1)) == 0;
    const bool tries = p->nruns > 1 && (p->nruns % TRIED_EVERY == 0 || (p->nruns < TRIED_EVERY && is_power_of_two));
    return all_are_faster != tries;
}

void pace_note(pace *p, bool all_threads, double took) {
    double *last = p->took[all_threads];
    last[1] = last[0] > 0 ? last[0] : took;
    last[0] = took;
    p->nruns++;
}
