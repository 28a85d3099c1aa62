/* The function that threads.c adds to pthreadpool.h. */
#ifndef PNEUMOSCOPE_THREADS_H
#define PNEUMOSCOPE_THREADS_H

#include <pthreadpool.h>

/* Sets how many of a pool's threads work on the next jobs, the caller's included; the others sleep. Call it between two
 * jobs. */
void threads_set_count(pthreadpool_t, size_t nthreads);

#endif
