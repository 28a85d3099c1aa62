#include "counting_allocator.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

void *__real_malloc(size_t nbytes);
void *__real_calloc(size_t count, size_t nbytes);
void *__real_realloc(void *old, size_t nbytes);
int __real_posix_memalign(void **out, size_t alignment, size_t nbytes);
void __real_free(void *pointer);

void *__wrap_malloc(size_t nbytes);
void *__wrap_calloc(size_t count, size_t nbytes);
void *__wrap_realloc(void *old, size_t nbytes);
void *__wrap_aligned_alloc(size_t alignment, size_t nbytes);
void *__wrap_memalign(size_t alignment, size_t nbytes);
int __wrap_posix_memalign(void **out, size_t alignment, size_t nbytes);
void __wrap_free(void *pointer);

static atomic_long live, all, until_failure;

long live_allocations(void) { return atomic_load(&live); }
long all_allocations(void) { return atomic_load(&all); }
void fail_allocation(long n) { atomic_store(&until_failure, n); }

static bool must_fail(void) {
    atomic_fetch_add(&all, 1);
    return atomic_load(&until_failure) > 0 && atomic_fetch_sub(&until_failure, 1) == 1;
}

static void *counted(void *pointer) {
    if (pointer)
        atomic_fetch_add(&live, 1);
    return pointer;
}

void *__wrap_malloc(size_t nbytes) { return must_fail() ? NULL : counted(__real_malloc(nbytes)); }

void *__wrap_calloc(size_t count, size_t nbytes) { return must_fail() ? NULL : counted(__real_calloc(count, nbytes)); }

void *__wrap_realloc(void *old, size_t nbytes) {
    if (must_fail())
        return NULL;
    return old ? __real_realloc(old, nbytes) : counted(__real_realloc(NULL, nbytes));
}

int __wrap_posix_memalign(void **out, size_t alignment, size_t nbytes) {
    if (must_fail())
        return ENOMEM;
    int error = __real_posix_memalign(out, alignment, nbytes);
    if (!error)
        counted(*out);
    return error;
}

/* Both by way of posix_memalign: Emscripten's aligned_alloc calls memalign, and one block would be counted twice. */
void *__wrap_memalign(size_t alignment, size_t nbytes) {
    void *pointer;
    return __wrap_posix_memalign(&pointer, alignment, nbytes) ? NULL : pointer;
}

void *__wrap_aligned_alloc(size_t alignment, size_t nbytes) { return __wrap_memalign(alignment, nbytes); }

void __wrap_free(void *pointer) {
    if (pointer)
        atomic_fetch_sub(&live, 1);
    __real_free(pointer);
}
