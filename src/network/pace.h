/* Whether a run should use all threads or the caller's alone. Where another program has a core, or a laptop has fewer
 * cores than it says, two threads take longer than one; nobody tells of that but the time that runs take. */
#ifndef PNEUMOSCOPE_PACE_H
#define PNEUMOSCOPE_PACE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct pace {
    double took[2][2]; /* [alone, all threads][the last two runs], in any unit; 0: there was none */
    uint64_t nruns;
} pace;

/* Whether the next run should use all threads. The way whose last two runs hold the shortest is used, so that one run
 * that was held up changes nothing; now and then the other is tried, more often at first. The very first run uses all.
 */
bool pace_all_threads(const pace *);

/* Notes how long the run took. */
void pace_note(pace *, bool all_threads, double took);

#endif
