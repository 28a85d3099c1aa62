/* Linked instead of threads.c in modules without threads. There pthreadpool makes no pool. */
#include "kernels/threads.h"

void threads_set_count(pthreadpool_t pool, size_t nthreads) {
    (void)pool;
    (void)nthreads;
}
