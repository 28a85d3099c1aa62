/* That threads are real: which of them our kernels' work runs on is written down by a wrapper that the linker puts
 * around the call that shares it out (CMakeLists.txt: --wrap). A second wrapper, around the start of threads, makes
 * them come late, or not at all. */
#include "pneumoscope.h"

#include "fixture_model.h"
#include "tests.h"

#include <errno.h>
#include <pthread.h>
#include <pthreadpool.h>
#include <stdbool.h>
#include <stdlib.h>

enum { MAX_SEEN = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t one_came = PTHREAD_COND_INITIALIZER;
static pthread_t seen[MAX_SEEN];
static size_t nseen, nawaited;

typedef struct work {
    pthreadpool_task_1d_t task;
    void *argument;
} work;

/* Nobody goes on before so many threads as are awaited have come. */
static void meet(void) {
    pthread_mutex_lock(&lock);
    size_t i = 0;
    while (i < nseen && !pthread_equal(seen[i], pthread_self()))
        i++;
    if (i == nseen && nseen < MAX_SEEN)
        seen[nseen++] = pthread_self();
    pthread_cond_broadcast(&one_came);
    while (nseen < nawaited)
        pthread_cond_wait(&one_came, &lock);
    pthread_mutex_unlock(&lock);
}

static void run_seen(void *argument, size_t index) {
    meet();
    const work *w = argument;
    w->task(w->argument, index);
}

void __real_pthreadpool_parallelize_1d(pthreadpool_t, pthreadpool_task_1d_t, void *, size_t, uint32_t);
void __wrap_pthreadpool_parallelize_1d(pthreadpool_t, pthreadpool_task_1d_t, void *, size_t, uint32_t);

void __wrap_pthreadpool_parallelize_1d(pthreadpool_t pool, pthreadpool_task_1d_t task, void *argument, size_t range,
                                       uint32_t flags) {
    nawaited = range < pthreadpool_get_threads_count(pool) ? 0 : pthreadpool_get_threads_count(pool);
    __real_pthreadpool_parallelize_1d(pool, run_seen, &(work){task, argument}, range, flags);
}

/* Reads a film and returns on how many threads; would not end if one of them never came. */
static size_t count_threads(uint32_t nthreads, uint32_t *reported) {
    pneumoscope *p;
    bytes file = fixture_model(&(model_spec){.half = true});
    pneumoscope_status status =
        pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.nthreads = nthreads});
    free(file.data);
    nseen = 0;
    *reported = 0;
    const uint16_t grey[4] = {0, 80, 160, 255};
    if (status == PNEUMOSCOPE_OK) {
        pneumoscope_findings f;
        assert_int_equal(pneumoscope_read_grey(p, grey, 2, 2, 8, &f), PNEUMOSCOPE_OK);
        *reported = f.nthreads;
    }
    pneumoscope_destroy(p);
    return nseen;
}

static void test_one_thread_is_the_callers(void **state) {
    (void)state;
    uint32_t reported;
    assert_int_equal(count_threads(1, &reported), 1);
    assert_int_equal(reported, 1);
    assert_true(pthread_equal(seen[0], pthread_self()));
}

static void test_work_is_done_on_every_thread(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    for (uint32_t nthreads = 2; nthreads <= 4; nthreads++) {
        uint32_t reported;
        assert_int_equal(count_threads(nthreads, &reported), nthreads);
        assert_int_equal(reported, nthreads);
    }
}

/* ---- the pool itself ---- */

enum { MOST_ITEMS = 64, NJOBS = 20000 };

typedef struct tally {
    _Atomic unsigned counts[MOST_ITEMS];
} tally;

static void count(void *argument, size_t index) { ((tally *)argument)->counts[index]++; }

static void run_and_check(pthreadpool_t pool, size_t nitems) {
    tally t = {0};
    __real_pthreadpool_parallelize_1d(pool, count, &t, nitems, 0);
    for (size_t i = 0; i < MOST_ITEMS; i++)
        assert_int_equal(t.counts[i], i < nitems);
}

static void run_jobs(pthreadpool_t pool, size_t njobs) {
    for (size_t job = 0; job < njobs; job++)
        run_and_check(pool, job % (MOST_ITEMS + 1));
}

static void test_every_item_is_run_once(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    for (size_t nthreads = 1; nthreads <= 4; nthreads++) {
        pthreadpool_t pool = pthreadpool_create(nthreads);
        run_jobs(pool, NJOBS);
        pthreadpool_destroy(pool);
    }
}

static pthread_mutex_t held_back = PTHREAD_MUTEX_INITIALIZER;
static bool are_late;
static size_t nmore = SIZE_MAX; /* so many threads can still be started */

typedef struct late {
    void *(*start)(void *);
    void *argument;
} late;

static void *start_late(void *argument) {
    const late l = *(late *)argument;
    free(argument);
    pthread_mutex_lock(&held_back);
    pthread_mutex_unlock(&held_back);
    return l.start(l.argument);
}

int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    if (nmore == 0)
        return EAGAIN;
    nmore--;
    if (!are_late)
        return __real_pthread_create(thread, attributes, start, argument);
    late *l = malloc(sizeof *l);
    *l = (late){start, argument};
    return __real_pthread_create(thread, attributes, start_late, l);
}

/* Would not end if a job waited for them. */
static void test_a_job_does_not_wait_for_late_threads(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    are_late = true;
    pthread_mutex_lock(&held_back);
    pthreadpool_t pool = pthreadpool_create(3);
    run_jobs(pool, 100);
    pthread_mutex_unlock(&held_back);
    run_jobs(pool, 100);
    pthreadpool_destroy(pool);
    are_late = false;
}

/* On a web page one that does would have to wait for them at its end, and they would not come. */
static void test_a_pool_without_a_job_starts_no_threads(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    nmore = 3;
    pthreadpool_destroy(pthreadpool_create(4));
    assert_int_equal(nmore, 3);
    nmore = SIZE_MAX;
}

static void test_fewer_threads_than_wanted(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    for (size_t there = 0; there <= 2; there++) {
        nmore = there;
        pthreadpool_t pool = pthreadpool_create(4);
        run_and_check(pool, MOST_ITEMS);
        assert_int_equal(pthreadpool_get_threads_count(pool), there + 1);
        pthreadpool_destroy(pool);
    }
    nmore = SIZE_MAX;
}

/* A variant without threads refuses to promise any. */
static void test_no_threads_where_there_are_none(void **state) {
    (void)state;
    if (TEST_THREADS)
        skip();
    uint32_t reported;
    assert_int_equal(count_threads(2, &reported), 0);
}

int threads_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_thread_is_the_callers),
        cmocka_unit_test(test_work_is_done_on_every_thread),
        cmocka_unit_test(test_every_item_is_run_once),
        cmocka_unit_test(test_a_job_does_not_wait_for_late_threads),
        cmocka_unit_test(test_a_pool_without_a_job_starts_no_threads),
        cmocka_unit_test(test_fewer_threads_than_wanted),
        cmocka_unit_test(test_no_threads_where_there_are_none),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
