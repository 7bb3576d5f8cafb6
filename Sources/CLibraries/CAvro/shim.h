#pragma once
#include <avro.h>

// avro/value.h dispatches every access to a value through a macro, which Swift cannot call; each function
// here is one of them. Values are two pointers and are passed as they are.

static inline void cavro_class_release(avro_value_iface_t *type) { avro_value_iface_decref(type); }
static inline int cavro_reset(avro_value_t value) { return avro_value_reset(&value); }

static inline int cavro_set_null(avro_value_t value) { return avro_value_set_null(&value); }
static inline int cavro_set_boolean(avro_value_t value, int flag) { return avro_value_set_boolean(&value, flag); }
static inline int cavro_set_int(avro_value_t value, int32_t number) { return avro_value_set_int(&value, number); }
static inline int cavro_set_long(avro_value_t value, int64_t number) { return avro_value_set_long(&value, number); }
static inline int cavro_set_float(avro_value_t value, float number) { return avro_value_set_float(&value, number); }
static inline int cavro_set_double(avro_value_t value, double number) { return avro_value_set_double(&value, number); }
static inline int cavro_set_enum(avro_value_t value, int symbol) { return avro_value_set_enum(&value, symbol); }
// libavro copies the bytes but does not say so by const.
static inline int cavro_set_bytes(avro_value_t value, const void *bytes, size_t count) {
    return avro_value_set_bytes(&value, (void *)bytes, count);
}
static inline int cavro_set_fixed(avro_value_t value, const void *bytes, size_t count) {
    return avro_value_set_fixed(&value, (void *)bytes, count);
}
// `count` includes the closing zero.
static inline int cavro_set_string(avro_value_t value, const char *text, size_t count) {
    return avro_value_set_string_len(&value, text, count);
}
static inline int cavro_set_branch(avro_value_t value, int branch, avro_value_t *inner) {
    return avro_value_set_branch(&value, branch, inner);
}
static inline int cavro_append(avro_value_t value, avro_value_t *item) {
    return avro_value_append(&value, item, NULL);
}
static inline int cavro_add(avro_value_t value, const char *key, avro_value_t *entry) {
    return avro_value_add(&value, key, entry, NULL, NULL);
}

static inline int cavro_get_boolean(avro_value_t value, int *flag) { return avro_value_get_boolean(&value, flag); }
static inline int cavro_get_int(avro_value_t value, int32_t *number) { return avro_value_get_int(&value, number); }
static inline int cavro_get_long(avro_value_t value, int64_t *number) { return avro_value_get_long(&value, number); }
static inline int cavro_get_float(avro_value_t value, float *number) { return avro_value_get_float(&value, number); }
static inline int cavro_get_double(avro_value_t value, double *number) { return avro_value_get_double(&value, number); }
static inline int cavro_get_enum(avro_value_t value, int *symbol) { return avro_value_get_enum(&value, symbol); }
static inline int cavro_get_bytes(avro_value_t value, const void **bytes, size_t *count) {
    return avro_value_get_bytes(&value, bytes, count);
}
static inline int cavro_get_fixed(avro_value_t value, const void **bytes, size_t *count) {
    return avro_value_get_fixed(&value, bytes, count);
}
static inline int cavro_get_string(avro_value_t value, const char **text, size_t *count) {
    return avro_value_get_string(&value, text, count);
}
static inline avro_type_t cavro_type(avro_value_t value) { return avro_value_get_type(&value); }
static inline int cavro_count(avro_value_t value, size_t *count) { return avro_value_get_size(&value, count); }
static inline int cavro_item(avro_value_t value, size_t index, avro_value_t *item, const char **key) {
    return avro_value_get_by_index(&value, index, item, key);
}
static inline int cavro_branch(avro_value_t value, avro_value_t *inner) {
    return avro_value_get_current_branch(&value, inner);
}
