/* What threads.c adds to pthreadpool.h. */
#ifndef PNEUMOSCOPE_THREADS_H
#define PNEUMOSCOPE_THREADS_H

#include <pthreadpool.h>

/* How many of a pool's threads do the jobs to come, the caller's included; the others sleep. For the caller, between
 * two jobs. */
void threads_set_count(pthreadpool_t, size_t nthreads);

#endif
