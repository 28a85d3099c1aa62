/* What JavaScript calls, nothing more: readers and films by their addresses, and how the last call ended.
 * web/worker/engine.js is the other side, and reads pneumoscope_findings from the heap field by field; the assertions
 * below are its contract. */
#include "pneumoscope.h"

#include <emscripten/emscripten.h>

_Static_assert(sizeof(pneumoscope_findings) == 25 * 4, "engine.js expects 25 fields of four bytes");
_Static_assert(offsetof(pneumoscope_findings, input) == 20 * 4, "engine.js expects the pointers from field 20 on");
_Static_assert(sizeof(pneumoscope_film_facts) == (19 + 2 * 8) * 4,
               "engine.js expects 19 fields and two arrays of eight");
_Static_assert(offsetof(pneumoscope_film_facts, window_centres) == 19 * 4, "engine.js expects the windows last");
_Static_assert(sizeof(pneumoscope_operating_point) == 24 + 5 * 4, "engine.js expects a name of 24 bytes, then floats");

static pneumoscope_findings findings;
static pneumoscope_status last_status;

/* The findings of the last judgement, or NULL where there are none. */
static const pneumoscope_findings *judged(pneumoscope_status status) {
    last_status = status;
    return status == PNEUMOSCOPE_OK ? &findings : NULL;
}

EMSCRIPTEN_KEEPALIVE const char *wasm_code(void) { return pneumoscope_status_string(last_status); }
EMSCRIPTEN_KEEPALIVE int wasm_failed(void) { return last_status != PNEUMOSCOPE_OK; }
EMSCRIPTEN_KEEPALIVE const char *wasm_reason(const pneumoscope *p) { return pneumoscope_last_reason(p); }
EMSCRIPTEN_KEEPALIVE const char *wasm_detail(const pneumoscope *p) { return pneumoscope_last_detail(p); }

/* max_megapixels and max_file_mib: 0 means the library's default. view_side: 0 means no view. operating_point may be
 * NULL. Where it failed, what comes back only tells why. */
EMSCRIPTEN_KEEPALIVE pneumoscope *wasm_create(const void *model, size_t model_nbytes, uint32_t nthreads,
                                              double max_megapixels, double max_file_mib, uint32_t view_side,
                                              const char *operating_point) {
    const pneumoscope_options options = {.nthreads = nthreads,
                                         .max_pixels = (uint64_t)(max_megapixels * 1e6),
                                         .max_file_nbytes = (size_t)(max_file_mib * 1048576.0),
                                         .view_side = view_side,
                                         .operating_point = operating_point};
    pneumoscope *made;
    last_status = pneumoscope_create(&made, model, model_nbytes, &options);
    return made;
}

/* NULL where the film was refused. */
EMSCRIPTEN_KEEPALIVE pneumoscope_film *wasm_film_open(pneumoscope *p, const void *file, size_t file_nbytes) {
    pneumoscope_film *film;
    last_status = pneumoscope_film_open(&film, p, file, file_nbytes);
    return film;
}

EMSCRIPTEN_KEEPALIVE void wasm_film_close(pneumoscope_film *film) { pneumoscope_film_close(film); }

EMSCRIPTEN_KEEPALIVE const pneumoscope_film_facts *wasm_film_describe(const pneumoscope_film *film) {
    return pneumoscope_film_describe(film);
}

/* picture: u16[height][width], of the film's described size. */
EMSCRIPTEN_KEEPALIVE void wasm_film_picture(const pneumoscope_film *film, uint16_t *picture) {
    last_status = pneumoscope_film_picture(film, picture);
}

EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_judge(pneumoscope *p, const pneumoscope_film *film,
                                                            int view_wanted) {
    pneumoscope_bring_view(p, view_wanted);
    return judged(pneumoscope_judge(p, film, &findings));
}

/* grey: u16[height][width], white is 2^bits - 1. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_findings *wasm_read_grey(pneumoscope *p, const uint16_t *grey, uint32_t width,
                                                                uint32_t height, uint32_t bits, int view_wanted) {
    pneumoscope_bring_view(p, view_wanted);
    return judged(pneumoscope_read_grey(p, grey, width, height, bits, &findings));
}

/* NULL behind the last one. */
EMSCRIPTEN_KEEPALIVE const pneumoscope_operating_point *wasm_operating_point(const pneumoscope *p, size_t index) {
    size_t npoints;
    const pneumoscope_operating_point *points = pneumoscope_operating_points(p, &npoints);
    return index < npoints ? &points[index] : NULL;
}

EMSCRIPTEN_KEEPALIVE const char *wasm_metadata(const pneumoscope *p, const char *key) {
    return pneumoscope_model_metadata(p, key);
}
