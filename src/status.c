#include "status.h"

#include "contract_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names in a damaged file may hold any bytes. A terminal or a page gets plain ASCII. */
static void keep_printable(char *text) {
    for (; *text; text++)
        if (*text < 0x20 || *text > 0x7e)
            *text = '?';
}

static void write_sentence(detail *why, pneumoscope_reason reason, const char *format, va_list arguments) {
    vsnprintf(why->text, sizeof why->text, format, arguments);
    keep_printable(why->text);
    why->reason = reason;
}

pneumoscope_status(status_fail)(detail *why, pneumoscope_status status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    write_sentence(why, PNEUMOSCOPE_REASON_NONE, format, arguments);
    va_end(arguments);
    return status;
}

pneumoscope_status(status_refuse)(detail *why, pneumoscope_status status, pneumoscope_reason reason, const char *format,
                                  ...) {
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
    size_t index = (size_t)status;
    return index < sizeof status_words / sizeof status_words[0] ? status_words[index] : "unknown-status";
}

const char *status_reason_word(pneumoscope_reason reason) {
    return reason == PNEUMOSCOPE_REASON_NONE ? "" : reason_words[reason];
}

pneumoscope_reason status_reason_named(const char *word) {
    size_t index = sizeof reason_words / sizeof reason_words[0] - 1;
    while (index > 0 && strcmp(reason_words[index], word) != 0)
        index--;
    return (pneumoscope_reason)index;
}
