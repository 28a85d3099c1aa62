/* A model file: opened, and where that works, a reader made of it. */
#include "pneumoscope.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t nbytes) {
    pneumoscope *reader = NULL;
    if (pneumoscope_create(&reader, data, nbytes, NULL) && reader && !*pneumoscope_last_detail(reader))
        abort(); /* every refusal has its sentence */
    pneumoscope_destroy(reader);
    return 0;
}
