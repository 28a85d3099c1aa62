/* Chooses for each run of the network: all threads, or the caller's alone.
 *
 * All threads are faster on free cores. But if another program uses a core, the run waits for a thread that cannot go
 * on, and takes longer than on one thread. The program cannot ask for that, so pace measures how long runs take.
 * tests/bench/BENCHMARKS.md says what that gives. */
#ifndef PNEUMOSCOPE_PACE_H
#define PNEUMOSCOPE_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* The two ways are compared by the shortest of their last runs. A thread that has slept is late in its first run. */
enum { PACE_RUNS = 4 };

/* Zero at first, except for has_choice. */
typedef struct pace {
    bool has_choice; /* there is more than one thread */
    bool alone;      /* the way in use: the caller's thread alone */
    uint32_t trial;  /* runs of the trial still to come; a trial tries the other way */
    uint32_t wait;   /* runs until the next trial */
    uint32_t interval;
    double alone_took[PACE_RUNS], all_took[PACE_RUNS]; /* the last runs, newest first, in any unit; 0: none */
} pace;

/* Whether the next run should use all threads. The first run does. */
bool pace_next(const pace *);

/* Notes how long a run took. After some runs a trial begins, at first soon and then ever more seldom. It begins at once
 * if runs are slower than the other way was. If the trial is faster, its way is used from then on. */
void pace_note(pace *, bool all_threads, double took);

#endif
