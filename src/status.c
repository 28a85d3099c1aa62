#include "status.h"

#include <stdarg.h>
#include <stdio.h>

/* Names inside a damaged file may hold anything; what reaches a terminal or a page is plain ASCII. */
static void keep_printable(char *text) {
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7e)
            *text = '?';
}

static void write_sentence(detail *why, const char *reason, const char *format, va_list arguments) {
    vsnprintf(why->text, sizeof why->text, format, arguments);
    keep_printable(why->text);
    why->reason = reason;
}

pneumoscope_status(status_fail)(detail *why, pneumoscope_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_sentence(why, NULL, format, arguments);
    va_end(arguments);
    return status;
}

pneumoscope_status(status_refuse)(detail *why, pneumoscope_status status, const char *reason, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_sentence(why, reason, format, arguments);
    va_end(arguments);
    return status;
}

pneumoscope_status(status_no_memory)(detail *why, const char *what) {
    return status_fail(why, PNEUMOSCOPE_NO_MEMORY, "There is not enough memory for %s.", what);
}

const char *pneumoscope_status_string(pneumoscope_status status) {
    static const char *const codes[] = {
        [PNEUMOSCOPE_OK] = "ok",
        [PNEUMOSCOPE_BAD_ARGUMENT] = "bad-argument",
        [PNEUMOSCOPE_BAD_IMAGE] = "bad-image",
        [PNEUMOSCOPE_UNSUPPORTED_IMAGE] = "unsupported-image",
        [PNEUMOSCOPE_IMAGE_TOO_LARGE] = "image-too-large",
        [PNEUMOSCOPE_BAD_MODEL] = "bad-model",
        [PNEUMOSCOPE_UNSUPPORTED_MODEL] = "unsupported-model",
        [PNEUMOSCOPE_NO_MEMORY] = "no-memory",
        [PNEUMOSCOPE_NEEDS_CODECS] = "needs-codecs",
    };
    size_t index = (size_t)status;
    return index < sizeof codes / sizeof codes[0] ? codes[index] : "unknown-status";
}
