/* How a run is done, where there are several ways with the same results: on all threads or on the caller's alone, with
 * eight-bit products added up in narrow sums or in wide ones (kernels/ops.h). Where another program has a core, two
 * threads take longer than one; which sums are faster depends on the processor. Nobody tells of either but the time
 * that runs take. */
#ifndef PNEUMOSCOPE_PACE_H
#define PNEUMOSCOPE_PACE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct way {
    bool all_threads, narrow_sums;
} way;

typedef struct pace {
    bool has_threads, has_narrow_sums; /* whether there is a choice */
    double by_threads[2][2];           /* [alone, all threads][the last two runs], in any unit; 0: there was none */
    double by_sums[2];                 /* [wide, narrow]: the shortest run; 0: there was none */
    uint64_t nruns;
} pace;

/* How the next run should be done. The very first uses all threads and wide sums.
 *
 * Threads: as in the shortest of the last two runs of either kind, so that one run that was held up changes nothing;
 * now and then, more often at first, the other kind is tried. Sums: in turn at first, then as in the shortest run of
 * all, and seldom the others, since compilers that work beside the first runs may have been late with one kind. */
way pace_next(const pace *);

/* Notes how long a run took. */
void pace_note(pace *, way, double took);

#endif
