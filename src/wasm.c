/* What JavaScript calls, nothing more. One reader a module: a worker loads a module for each. web/worker/engine.js is the
 * other side, and reads pneumoscope_findings from the heap field by field; the assertions below are its contract. */
#include "pneumoscope.h"

#include <emscripten/emscripten.h>

_Static_assert(sizeof(pneumoscope_findings) == 25 * 4, "web/worker/engine.js expects 25 fields of four bytes");
_Static_assert(offsetof(pneumoscope_findings, input) == 20 * 4, "web/worker/engine.js expects the pointers from field 20 on");
_Static_assert(sizeof(pneumoscope_operating_point) == 24 + 5 * 4,
               "web/worker/engine.js expects a name of 24 bytes, then floats");

static pneumoscope *reader;
static pneumoscope_findings findings;
static pneumoscope_status last_status;

EMSCRIPTEN_KEEPALIVE void wasm_destroy(void) {
    pneumoscope_destroy(reader);
    reader = NULL;
}

/* max_megapixels and max_file_mib: 0 means the library's default. view_side: 0 means no view. operating_point may be
 * NULL. */
EMSCRIPTEN_KEEPALIVE int wasm_create(const void *model, size_t model_nbytes, uint32_t nthreads, double max_megapixels,
                                     double max_file_mib, uint32_t view_side, const char *operating_point) {
    wasm_destroy();
    const pneumoscope_options options = {.nthreads = nthreads,
                                         .max_pixels = (uint64_t)(max_megapixels * 1e6),
                                         .max_file_nbytes = (size_t)(max_file_mib * 1048576.0),
                                         .view_side = view_side,
                                         .operating_point = operating_point};
    last_status = pneumoscope_create(&reader, model, model_nbytes, &options);
    return (int)last_status;
}

EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_read(const void *file, size_t file_nbytes, int view_wanted) {
    pneumoscope_bring_view(reader, view_wanted);
    last_status = pneumoscope_read(reader, file, file_nbytes, &findings);
    return last_status == PNEUMOSCOPE_OK ? &findings : NULL;
}

/* grey: u16[height][width], white is 2^bits - 1. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_read_grey(const uint16_t *grey, uint32_t width, uint32_t height,
                                                                uint32_t bits, int view_wanted) {
    pneumoscope_bring_view(reader, view_wanted);
    last_status = pneumoscope_read_grey(reader, grey, width, height, bits, &findings);
    return last_status == PNEUMOSCOPE_OK ? &findings : NULL;
}

/* NULL behind the last one. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_operating_point *wasm_operating_point(size_t index) {
    size_t npoints;
    const pneumoscope_operating_point *points = pneumoscope_operating_points(reader, &npoints);
    return index < npoints ? &points[index] : NULL;
}

EMSCRIPTEN_KEEPALIVE const char *wasm_code(void) { return pneumoscope_status_string(last_status); }
EMSCRIPTEN_KEEPALIVE const char *wasm_detail(void) { return pneumoscope_last_detail(reader); }
EMSCRIPTEN_KEEPALIVE const char *wasm_metadata(const char *key) { return pneumoscope_model_metadata(reader, key); }
