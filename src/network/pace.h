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

/* A thread that has slept is late for a film or two: ways are compared by the shortest of so many runs. */
enum { PACE_RUNS = 4 };

/* Zero but for the choices. */
typedef struct pace {
    bool has_threads, has_narrow_sums; /* whether there is a choice */

    bool alone;                                        /* what is used: the caller's thread */
    uint32_t trial;                                    /* so many runs more try the other */
    uint32_t wait, interval;                           /* runs until the next trial, and between the last two */
    double alone_took[PACE_RUNS], all_took[PACE_RUNS]; /* the last runs, in any unit; 0: there was none */

    double wide_took, narrow_took; /* the shortest run; 0: there was none */
    uint64_t nruns;
} pace;

/* How the next run should be done. The very first uses all threads and wide sums.
 *
 * Threads: what is used stays until a trial of a few runs, the first of which wakes what has slept, shows the other to
 * be faster. There is a trial when the runs become slower than the other was, and now and then, ever more seldom. Sums:
 * in turn at first, then as in the shortest run of all, and seldom the others, since compilers that work beside the
 * first runs may have been late with one kind. */
way pace_next(const pace *);

/* Notes how long a run took. */
void pace_note(pace *, way, double took);

#endif
