/* The threads behind pthreadpool's functions, instead of its own pthreads.c. The difference: the caller does not wait
 * for threads that have not come. The network runs for 2 to 6 ms. In this time the system does not move a thread that
 * shares a core with another one or with another program. pthreadpool would wait for the late thread at every operator,
 * 35 times in a film.
 *
 * A job has a gate. The caller opens it, does its own share, and takes work that no thread has begun. Then it shuts the
 * gate and waits only for the threads inside. `active_threads` is the gate: the number of threads inside, plus SHUT. A
 * thread counts itself in. If the gate is shut, it counts itself out again and waits for the next job. A thread inside
 * sees everything that the caller wrote before it opened the gate. */
#include "kernels/threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <threadpool-atomics.h>
#include <threadpool-object.h>
#include <threadpool-utils.h>

#define SHUT (SIZE_MAX / 2 + 1)

/* A job's command is its number with this bit. So it differs from the command to end. */
#define NEXT (UINT32_C(1) << 31)

/* How often a thread looks for the next job before it sleeps, and the caller for the last thread inside. It takes about
 * three milliseconds, so between two films a thread stays awake on its core. Median milliseconds of a film's network
 * with 2 threads on 2 cores, films in bursts (relaxed SIMD, Node; one thread: 3.5 and 10.5): looks 30,000   100,000
 * 300,000   1,000,000   3,000,000 int8, both cores free      4.0       4.1       4.9         4.4         2.2 int8, one
 * core busy        4.2       4.6       5.1         6.3         7.0 f32, both cores free       7.8       6.1       6.4
 * 6.0         6.3 f32, one core busy        12.5      12.8      13.2        15.3        18.3 */
enum { LOOKS = 3000000 };

static void shut(struct pthreadpool *pool) { atomic_fetch_or(&pool->active_threads, SHUT); }

static void leave(struct pthreadpool *pool) {
    if (atomic_fetch_sub(&pool->active_threads, 1) - 1 != SHUT)
        return;
    pthread_mutex_lock(&pool->completion_mutex);
    pthread_cond_signal(&pool->completion_condvar);
    pthread_mutex_unlock(&pool->completion_mutex);
}

static void wait_until_empty(struct pthreadpool *pool) {
    for (size_t i = 0; i < LOOKS; i++) {
        if (atomic_load(&pool->active_threads) == SHUT)
            return;
        pthreadpool_yield();
    }
    pthread_mutex_lock(&pool->completion_mutex);
    while (atomic_load(&pool->active_threads) != SHUT)
        pthread_cond_wait(&pool->completion_condvar, &pool->completion_mutex);
    pthread_mutex_unlock(&pool->completion_mutex);
}

static uint32_t next_command(struct pthreadpool *pool, uint32_t last) {
    uint32_t command;
    for (size_t i = 0; i < LOOKS; i++) {
        if ((command = atomic_load(&pool->command)) != last)
            return command;
        pthreadpool_yield();
    }
    pthread_mutex_lock(&pool->command_mutex);
    while ((command = atomic_load(&pool->command)) == last)
        pthread_cond_wait(&pool->command_condvar, &pool->command_mutex);
    pthread_mutex_unlock(&pool->command_mutex);
    return command;
}

static void give(struct pthreadpool *pool, uint32_t command) {
    pthread_mutex_lock(&pool->command_mutex);
    atomic_store(&pool->command, command);
    pthread_mutex_unlock(&pool->command_mutex);
    pthread_cond_broadcast(&pool->command_condvar);
}

static void work(struct pthreadpool *pool, struct thread_info *thread) {
    const struct fpu_state before = get_fpu_state();
    if (atomic_load(&pool->flags) & PTHREADPOOL_FLAG_DISABLE_DENORMALS)
        disable_fpu_denormals();
    ((thread_function_t)atomic_load(&pool->thread_function))(pool, thread);
    set_fpu_state(before);
}

static void *live(void *argument) {
    struct thread_info *thread = argument;
    struct pthreadpool *pool = thread->threadpool;
    uint32_t command = threadpool_command_init;
    while ((command = next_command(pool, command)) != threadpool_command_shutdown) {
        if (!(atomic_fetch_add(&pool->active_threads, 1) & SHUT))
            work(pool, thread);
        leave(pool);
    }
    return NULL;
}

/* NULL: no memory. */
struct pthreadpool *pthreadpool_create(size_t nthreads) {
    struct pthreadpool *pool = pthreadpool_allocate(nthreads);
    if (!pool)
        return NULL;
    shut(pool);
    pthread_mutex_init(&pool->completion_mutex, NULL);
    pthread_cond_init(&pool->completion_condvar, NULL);
    pthread_mutex_init(&pool->command_mutex, NULL);
    pthread_cond_init(&pool->command_condvar, NULL);
    pool->threads_count = fxdiv_init_size_t(nthreads);
    return pool;
}

/* Starts the threads, or fewer if the system has no more. This happens at the first job, not before: a web page starts
 * a thread only when the creator returns to its event loop. A pool without a job, of a refused model for example, would
 * wait for ever to join it. */
static void start_threads(struct pthreadpool *pool) {
    size_t started = 1; /* the caller is thread 0 */
    for (; started < pool->threads_count.value; started++) {
        struct thread_info *thread = &pool->threads[started];
        thread->thread_number = started;
        thread->threadpool = pool;
        if (pthread_create(&thread->thread_object, NULL, live, thread))
            break;
    }
    pool->threads_count = fxdiv_init_size_t(started);
}

static void share_out(struct pthreadpool *pool, size_t nitems) {
    const size_t nthreads = pool->threads_count.value;
    for (size_t i = 0, start = 0; i < nthreads; i++) {
        struct thread_info *thread = &pool->threads[i];
        const size_t length = nitems / nthreads + (i < nitems % nthreads);
        atomic_store(&thread->range_start, start);
        atomic_store(&thread->range_end, start += length);
        atomic_store(&thread->range_length, length);
    }
}

/* For one caller at a time. pthreadpool's functions call this if there is more than one thread. */
void pthreadpool_parallelize(struct pthreadpool *pool, thread_function_t function, const void *params,
                             size_t params_nbytes, void *task, void *context, size_t nitems, uint32_t flags) {
    if (!pool->threads[1].threadpool)
        start_threads(pool);
    atomic_store(&pool->thread_function, (void *)function);
    atomic_store(&pool->task, task);
    atomic_store(&pool->argument, context);
    atomic_store(&pool->flags, flags);
    if (params_nbytes)
        memcpy(&pool->params, params, params_nbytes);
    share_out(pool, nitems);
    atomic_fetch_and(&pool->active_threads, ~SHUT);
    give(pool, (atomic_load(&pool->command) + 1) | NEXT);
    work(pool, &pool->threads[0]);
    shut(pool);
    wait_until_empty(pool);
}

void threads_set_count(struct pthreadpool *pool, size_t nthreads) { pool->threads_count = fxdiv_init_size_t(nthreads); }

void pthreadpool_destroy(struct pthreadpool *pool) {
    if (!pool)
        return;
    give(pool, threadpool_command_shutdown);
    for (size_t i = 1; i < pool->threads_count.value && pool->threads[i].threadpool; i++)
        pthread_join(pool->threads[i].thread_object, NULL);
    pthread_mutex_destroy(&pool->completion_mutex);
    pthread_cond_destroy(&pool->completion_condvar);
    pthread_mutex_destroy(&pool->command_mutex);
    pthread_cond_destroy(&pool->command_condvar);
    pthreadpool_deallocate(pool);
}
