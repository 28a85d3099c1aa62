/* That threads are real: which of them our kernels' work runs on is written down by a wrapper that the linker puts
 * around the call that shares it out (CMakeLists.txt: --wrap). */
#include "pneumoscope.h"

#include "fixture_model.h"
#include "tests.h"

#include <pthread.h>
#include <pthreadpool.h>
#include <stdlib.h>

enum { MAX_SEEN = 16 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_t seen[MAX_SEEN];
static size_t nseen;

typedef struct work {
    pthreadpool_task_1d_t task;
    void *argument;
} work;

static void run_seen(void *argument, size_t index) {
    pthread_mutex_lock(&lock);
    size_t i = 0;
    while (i < nseen && !pthread_equal(seen[i], pthread_self()))
        i++;
    if (i == nseen && nseen < MAX_SEEN)
        seen[nseen++] = pthread_self();
    pthread_mutex_unlock(&lock);
    const work *w = argument;
    w->task(w->argument, index);
}

void __real_pthreadpool_parallelize_1d(pthreadpool_t, pthreadpool_task_1d_t, void *, size_t, uint32_t);
void __wrap_pthreadpool_parallelize_1d(pthreadpool_t, pthreadpool_task_1d_t, void *, size_t, uint32_t);

void __wrap_pthreadpool_parallelize_1d(pthreadpool_t pool, pthreadpool_task_1d_t task, void *argument, size_t range,
                                       uint32_t flags) {
    __real_pthreadpool_parallelize_1d(pool, run_seen, &(work){task, argument}, range, flags);
}

/* Reads until work was seen on `enough` threads, at most 500 times; returns on how many. */
static size_t count_threads(uint32_t nthreads, size_t enough, uint32_t *reported) {
    pneumoscope *p;
    bytes file = fixture_model(&(model_spec){.half = true});
    pneumoscope_status status =
        pneumoscope_create(&p, file.data, file.nbytes, &(pneumoscope_options){.nthreads = nthreads});
    free(file.data);
    nseen = 0;
    *reported = 0;
    const uint16_t grey[4] = {0, 80, 160, 255};
    for (int i = 0; i < 500 && nseen < enough && status == PNEUMOSCOPE_OK; i++) {
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
    assert_int_equal(count_threads(1, 2, &reported), 1);
    assert_int_equal(reported, 1);
    assert_true(pthread_equal(seen[0], pthread_self()));
}

static void test_work_is_done_on_every_thread(void **state) {
    (void)state;
    if (!TEST_THREADS)
        skip();
    for (uint32_t nthreads = 2; nthreads <= 4; nthreads++) {
        uint32_t reported;
        assert_int_equal(count_threads(nthreads, nthreads, &reported), nthreads);
        assert_int_equal(reported, nthreads);
    }
}

/* A variant without threads refuses to promise any. */
static void test_no_threads_where_there_are_none(void **state) {
    (void)state;
    if (TEST_THREADS)
        skip();
    uint32_t reported;
    assert_int_equal(count_threads(2, 2, &reported), 0);
}

int threads_tests(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_thread_is_the_callers),
        cmocka_unit_test(test_work_is_done_on_every_thread),
        cmocka_unit_test(test_no_threads_where_there_are_none),
    };
    return cmocka_run_group_tests_name("threads", tests, NULL, NULL);
}
