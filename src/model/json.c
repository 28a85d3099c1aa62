#define JSMN_STRICT
#define JSMN_PARENT_LINKS
#include <jsmn.h> /* the definitions; json.h takes only the declarations */

#include "model/json.h"

#include "decimal.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool only_space(const char *text, size_t nbytes) {
    for (size_t i = 0; i < nbytes; i++)
        if (!strchr(" \t\r\n", text[i]) || text[i] == '\0')
            return false;
    return true;
}

/* jsmn checks brackets, strings and the first letter of a primitive. It does not check that each key has a value. */
static bool keys_have_values(const json *j) {
    for (int i = 0; i < j->ntokens; i++) {
        const jsmntok_t *token = &j->tokens[i];
        bool in_object = token->parent >= 0 && j->tokens[token->parent].type == JSMN_OBJECT;
        if (in_object && (token->type != JSMN_STRING || token->size != 1))
            return false;
        if (!in_object && token->size > 0 && token->type == JSMN_STRING)
            return false;
    }
    return true;
}

json_status json_parse_into(json *out, const char *text, size_t nbytes, jsmntok_t *tokens, int max_tokens) {
    *out = (json){.text = text, .tokens = tokens};
    jsmn_parser parser;
    jsmn_init(&parser);
    int count = nbytes <= INT_MAX ? jsmn_parse(&parser, text, nbytes, tokens, (unsigned)max_tokens) : JSMN_ERROR_INVAL;
    if (count == JSMN_ERROR_NOMEM)
        return JSON_TOO_MANY_VALUES;
    if (count <= 0)
        return JSON_MALFORMED;
    out->ntokens = count;
    int end = tokens[0].end + (tokens[0].type == JSMN_STRING);
    bool whole = json_skip(out, 0) == count && only_space(text + end, nbytes - (size_t)end);
    return whole && keys_have_values(out) ? JSON_OK : JSON_MALFORMED;
}

json_status json_parse(json *out, const char *text, size_t nbytes) {
    *out = (json){0};
    jsmn_parser parser;
    jsmn_init(&parser);
    int count = nbytes <= INT_MAX ? jsmn_parse(&parser, text, nbytes, NULL, 0) : JSMN_ERROR_INVAL;
    if (count <= 0)
        return JSON_MALFORMED;
    if (count > JSON_MAX_TOKENS)
        return JSON_TOO_MANY_VALUES;
    jsmntok_t *tokens = malloc((size_t)count * sizeof *tokens);
    if (!tokens)
        return JSON_NO_MEMORY;
    json_status status = json_parse_into(out, text, nbytes, tokens, count);
    if (status)
        json_free(out);
    return status;
}

void json_free(json *j) {
    free(j->tokens);
    *j = (json){0};
}

int json_skip(const json *j, int index) {
    int next = index + 1;
    while (next < j->ntokens && j->tokens[next].start < j->tokens[index].end)
        next++;
    return next;
}

int json_first(const json *j, int container) { return j->tokens[container].size > 0 ? container + 1 : 0; }

int json_next_key(const json *j, int object, int key) {
    int next = json_skip(j, key + 1);
    return next < j->ntokens && j->tokens[next].parent == object ? next : 0;
}

bool json_is(const json *j, int index, const char *string) {
    const jsmntok_t *token = &j->tokens[index];
    size_t length = (size_t)(token->end - token->start);
    return token->type == JSMN_STRING && strlen(string) == length &&
           memcmp(j->text + token->start, string, length) == 0;
}

bool json_uint64(const json *j, int index, uint64_t *out) {
    const jsmntok_t *token = &j->tokens[index];
    if (token->type != JSMN_PRIMITIVE)
        return false;
    uint64_t value = 0;
    for (int i = token->start; i < token->end; i++) {
        if (j->text[i] < '0' || j->text[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(j->text[i] - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return true;
}

bool json_number_text(const char *text, double *out) {
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) /* no "nan", "inf", hexadecimal or space */
        return false;
    *out = decimal_parse(text, strlen(text));
    return isfinite(*out);
}

bool json_double(const json *j, int index, double *out) {
    const jsmntok_t *token = &j->tokens[index];
    char text[64];
    size_t length = (size_t)(token->end - token->start);
    if (token->type != JSMN_PRIMITIVE || length >= sizeof text)
        return false;
    memcpy(text, j->text + token->start, length);
    text[length] = '\0';
    return json_number_text(text, out);
}

static uint32_t hex4(const char *digits) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = digits[i];
        uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10); /* jsmn has checked the digits */
        value = value << 4 | digit;
    }
    return value;
}

static size_t put_utf8(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t nfollowing = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t lead[] = {0, 0xc0, 0xe0, 0xf0};
    out[0] = (char)(lead[nfollowing] | code >> (6 * nfollowing));
    for (size_t i = 1; i <= nfollowing; i++)
        out[i] = (char)(0x80 | ((code >> (6 * (nfollowing - i))) & 0x3f));
    return nfollowing + 1;
}

/* One \u escape, or two that form a surrogate pair; `in` is after the 'u'. Returns the end, or NULL if it is wrong. */
static const char *unescape_unicode(const char *in, const char *end, uint32_t *code) {
    *code = hex4(in);
    in += 4;
    if (*code < 0xd800 || *code > 0xdfff)
        return *code ? in : NULL;
    if (*code > 0xdbff || end - in < 6 || in[0] != '\\' || in[1] != 'u')
        return NULL;
    uint32_t low = hex4(in + 2);
    if (low < 0xdc00 || low > 0xdfff)
        return NULL;
    *code = 0x10000 + ((*code - 0xd800) << 10) + (low - 0xdc00);
    return in + 6;
}

long json_string(const json *j, int index, char *out) {
    const jsmntok_t *token = &j->tokens[index];
    if (token->type != JSMN_STRING)
        return -1;
    const char *in = j->text + token->start, *end = j->text + token->end;
    char *at = out;
    while (in < end) {
        if (*in != '\\') {
            *at++ = *in++;
            continue;
        }
        static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
        const char *letter = strchr(letters, in[1]);
        in += 2;
        if (letter) {
            *at++ = meanings[letter - letters];
            continue;
        }
        uint32_t code;
        in = unescape_unicode(in, end, &code);
        if (!in)
            return -1;
        at += put_utf8(code, at);
    }
    *at = '\0';
    return (long)(at - out);
}
