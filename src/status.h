/* How every module reports a failure: a status for programs, and a sentence for people. */
#ifndef PNEUMOSCOPE_STATUS_H
#define PNEUMOSCOPE_STATUS_H

#include "pneumoscope.h"

#if defined(__GNUC__)
#define STATUS_PRINTF(format_index, first_argument) __attribute__((format(printf, format_index, first_argument)))
#else
#define STATUS_PRINTF(format_index, first_argument)
#endif

/* One plain sentence: what is wrong, with what, and what would be right. */
typedef struct detail {
    char text[320];
    pneumoscope_reason reason; /* if a file is refused; else NONE */
} detail;

/* Writes the sentence (cut to fit, control characters replaced) and returns `status`, so that a check reads
 * `return status_fail(why, PNEUMOSCOPE_BAD_MODEL, "...")`. */
pneumoscope_status status_fail(detail *why, pneumoscope_status status, const char *format, ...) STATUS_PRINTF(3, 4);

/* The same for a refused film's file: BAD_IMAGE, UNSUPPORTED_IMAGE or IMAGE_TOO_LARGE. These need a reason. */
pneumoscope_status status_refuse(detail *why, pneumoscope_status status, pneumoscope_reason reason, const char *format,
                                 ...) STATUS_PRINTF(4, 5);

/* The reason's word; empty for NONE. */
const char *status_reason_word(pneumoscope_reason);

/* The reason with this word, or NONE. */
pneumoscope_reason status_reason_named(const char *word);

/* The sentence for an allocation that failed. `what` completes "There is not enough memory for ...". */
pneumoscope_status status_no_memory(detail *why, const char *what);

#ifdef __clang_analyzer__ /* It sees one file at a time. This tells it that a failure is not OK. */
#define status_fail(why, status, ...) ((status_fail)(why, status, __VA_ARGS__), (status))
#define status_refuse(why, status, ...) ((status_refuse)(why, status, __VA_ARGS__), (status))
#define status_no_memory(why, what) ((status_no_memory)(why, what), PNEUMOSCOPE_NO_MEMORY)
#endif

#endif
