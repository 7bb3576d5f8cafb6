#pragma once
#include <curl/curl.h>

/// The callbacks of one transfer, which all get the same context.
struct ccurl_callbacks {
    void *context;
    size_t (*body)(char *bytes, size_t size, size_t count, void *context);
    size_t (*header)(char *bytes, size_t size, size_t count, void *context);
    int (*progress)(
        void *context, curl_off_t down, curl_off_t downloaded, curl_off_t up, curl_off_t uploaded);
};

// curl_easy_setopt is variadic: one function for each type of argument.
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_error_text(CURL *easy, char *text) {
    return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, text);
}

static inline CURLcode ccurl_set_body(CURL *easy, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code ? code : curl_easy_setopt(easy, CURLOPT_POSTFIELDS, (const char *)bytes);
}

static inline CURLcode ccurl_set_callbacks(CURL *easy, const struct ccurl_callbacks *callbacks) {
    CURLcode code = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, callbacks->body);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_WRITEDATA, callbacks->context);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, callbacks->header);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_HEADERDATA, callbacks->context);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, callbacks->progress);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_XFERINFODATA, callbacks->context);
    if (!code) code = curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    return code;
}

// curl_easy_getinfo is variadic.
static inline long ccurl_response_code(CURL *easy) {
    long code = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

// CURL_GLOBAL_DEFAULT is a macro of macros.
static inline CURLcode ccurl_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
