/* Every allocation of the test program passes through here (the linker's --wrap): counted, and failed on demand. */
#ifndef COUNTING_ALLOCATOR_H
#define COUNTING_ALLOCATOR_H

#include <stddef.h>

/* Allocations minus frees so far. */
long live_allocations(void);

/* Allocations so far, failed ones included. */
long all_allocations(void);

/* Makes the n-th allocation from now fail (1 is the next one), once; 0 makes none fail. */
void fail_allocation(long n);

#endif
