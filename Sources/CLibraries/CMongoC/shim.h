#pragma once
#include <mongoc/mongoc.h>

// bson_t is aligned to 128 bytes, which Swift neither allocates nor believes: documents cross as bytes, and every
// bson_t lives on the C stack of one of the functions below.

/// A document lent for one call.
typedef struct {
    const uint8_t *bytes;
    size_t count;
} cmongoc_document;

/// A document that the receiver owns and frees with bson_free; no bytes where there is none.
typedef struct {
    uint8_t *bytes;
    uint32_t count;
} cmongoc_reply;

/// The text of an error: Swift sees the array as a tuple of 503 members.
static inline const char *cmongoc_reason(const bson_error_t *error) { return error->message; }

static inline bool cmongoc_view(bson_t *view, cmongoc_document document, bson_error_t *error) {
    if (bson_init_static(view, document.bytes, document.count)) return true;
    bson_set_error(error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID,
                   "a document whose length does not match its %zu bytes", document.count);
    return false;
}

static inline void cmongoc_take(bson_t *document, cmongoc_reply *reply) {
    reply->bytes = bson_destroy_with_steal(document, true, &reply->count);
}

static inline void cmongoc_copy(const bson_t *document, cmongoc_reply *reply) {
    bson_t copy;
    bson_copy_to(document, &copy);
    cmongoc_take(&copy, reply);
}

/// Starts `options`, which the caller destroys in every case: the given ones and, if there is one, the session.
static inline bool cmongoc_options(bson_t *options, cmongoc_document given,
                                   const mongoc_client_session_t *session, bson_error_t *error) {
    bson_t view;
    bson_init(options);
    if (!cmongoc_view(&view, given, error)) return false;
    if (!bson_concat(options, &view)) {
        bson_set_error(error, MONGOC_ERROR_BSON, MONGOC_ERROR_BSON_INVALID, "options too large");
        return false;
    }
    return !session || mongoc_client_session_append(session, options, error);
}

/// A session that does not order its reads after its writes on other members: every read says what it needs itself.
static inline mongoc_client_session_t *cmongoc_session(mongoc_client_t *client, bson_error_t *error) {
    mongoc_session_opt_t *options = mongoc_session_opts_new();
    mongoc_session_opts_set_causal_consistency(options, false);
    mongoc_client_session_t *session = mongoc_client_start_session(client, options, error);
    mongoc_session_opts_destroy(options);
    return session;
}

/// Begins a transaction that is durable on a majority once committed.
static inline bool cmongoc_begin(mongoc_client_session_t *session, bson_error_t *error) {
    mongoc_transaction_opt_t *options = mongoc_transaction_opts_new();
    mongoc_write_concern_t *writes = mongoc_write_concern_new();
    mongoc_write_concern_set_wmajority(writes, 10000);
    mongoc_write_concern_set_journal(writes, true);
    mongoc_transaction_opts_set_write_concern(options, writes);
    bool done = mongoc_client_session_start_transaction(session, options, error);
    mongoc_write_concern_destroy(writes);
    mongoc_transaction_opts_destroy(options);
    return done;
}

static inline bool cmongoc_commit(mongoc_client_session_t *session, cmongoc_reply *reply, bson_error_t *error) {
    bson_t answer;
    bool done = mongoc_client_session_commit_transaction(session, &answer, error);
    cmongoc_take(&answer, reply);
    return done;
}

/// The session's identifier as the server knows it, {id: UUID}.
static inline void cmongoc_session_id(const mongoc_client_session_t *session, cmongoc_reply *reply) {
    cmongoc_copy(mongoc_client_session_get_lsid(session), reply);
}

/// Runs a command; `server` 0 leaves the choice to libmongoc.
static inline bool cmongoc_command(mongoc_client_t *client, mongoc_client_session_t *session,
                                   const char *database, cmongoc_document command, bool read_only,
                                   uint32_t server, cmongoc_reply *reply, bson_error_t *error) {
    static const uint8_t none[] = {5, 0, 0, 0, 0};
    bson_t view, options, answer;
    bool done = cmongoc_options(&options, (cmongoc_document){none, 5}, session, error) &&
                cmongoc_view(&view, command, error);
    if (done) {
        if (server) BSON_APPEND_INT32(&options, "serverId", (int32_t)server);
        done = read_only
                   ? mongoc_client_read_command_with_opts(client, database, &view, NULL, &options, &answer, error)
                   : mongoc_client_write_command_with_opts(client, database, &view, &options, &answer, error);
        cmongoc_take(&answer, reply);
    }
    bson_destroy(&options);
    return done;
}

static inline mongoc_cursor_t *cmongoc_find(mongoc_client_t *client, mongoc_client_session_t *session,
                                            const char *database, const char *collection,
                                            cmongoc_document filter, cmongoc_document given,
                                            bson_error_t *error) {
    bson_t view, options;
    mongoc_cursor_t *cursor = NULL;
    if (cmongoc_options(&options, given, session, error) && cmongoc_view(&view, filter, error)) {
        mongoc_collection_t *target = mongoc_client_get_collection(client, database, collection);
        cursor = mongoc_collection_find_with_opts(target, &view, &options, NULL);
        mongoc_collection_destroy(target);
    }
    bson_destroy(&options);
    return cursor;
}

/// `pipeline` is {pipeline: [...]}; no collection means the database itself.
static inline mongoc_cursor_t *cmongoc_aggregate(mongoc_client_t *client, mongoc_client_session_t *session,
                                                 const char *database, const char *collection,
                                                 cmongoc_document pipeline, cmongoc_document given,
                                                 bson_error_t *error) {
    bson_t view, options;
    mongoc_cursor_t *cursor = NULL;
    if (cmongoc_options(&options, given, session, error) && cmongoc_view(&view, pipeline, error)) {
        if (collection) {
            mongoc_collection_t *target = mongoc_client_get_collection(client, database, collection);
            cursor = mongoc_collection_aggregate(target, MONGOC_QUERY_NONE, &view, &options, NULL);
            mongoc_collection_destroy(target);
        } else {
            mongoc_database_t *target = mongoc_client_get_database(client, database);
            cursor = mongoc_database_aggregate(target, &view, &options, NULL);
            mongoc_database_destroy(target);
        }
    }
    bson_destroy(&options);
    return cursor;
}

static inline mongoc_cursor_t *cmongoc_collections(mongoc_client_t *client, mongoc_client_session_t *session,
                                                   const char *database, cmongoc_document given,
                                                   bson_error_t *error) {
    bson_t options;
    mongoc_cursor_t *cursor = NULL;
    if (cmongoc_options(&options, given, session, error)) {
        mongoc_database_t *target = mongoc_client_get_database(client, database);
        cursor = mongoc_database_find_collections_with_opts(target, &options);
        mongoc_database_destroy(target);
    }
    bson_destroy(&options);
    return cursor;
}

/// `pipeline` is {pipeline: [...]}; no collection means the whole database.
static inline mongoc_change_stream_t *cmongoc_watch(mongoc_client_t *client, mongoc_client_session_t *session,
                                                    const char *database, const char *collection,
                                                    cmongoc_document pipeline, cmongoc_document given,
                                                    bson_error_t *error) {
    bson_t view, options;
    mongoc_change_stream_t *stream = NULL;
    if (cmongoc_options(&options, given, session, error) && cmongoc_view(&view, pipeline, error)) {
        if (collection) {
            mongoc_collection_t *target = mongoc_client_get_collection(client, database, collection);
            stream = mongoc_collection_watch(target, &view, &options);
            mongoc_collection_destroy(target);
        } else {
            mongoc_database_t *target = mongoc_client_get_database(client, database);
            stream = mongoc_database_watch(target, &view, &options);
            mongoc_database_destroy(target);
        }
    }
    bson_destroy(&options);
    return stream;
}

/// The next document, lent until the next call on the cursor.
static inline bool cmongoc_cursor_next(mongoc_cursor_t *cursor, cmongoc_document *document) {
    const bson_t *found;
    if (!mongoc_cursor_next(cursor, &found)) return false;
    *document = (cmongoc_document){bson_get_data(found), found->len};
    return true;
}

/// Whether the cursor failed, and with what reply if a server sent one.
static inline bool cmongoc_cursor_failed(mongoc_cursor_t *cursor, cmongoc_reply *reply, bson_error_t *error) {
    const bson_t *answer = NULL;
    if (!mongoc_cursor_error_document(cursor, error, &answer)) return false;
    if (answer) cmongoc_copy(answer, reply);
    return true;
}

/// The next event, lent until the next call on the stream.
static inline bool cmongoc_stream_next(mongoc_change_stream_t *stream, cmongoc_document *document) {
    const bson_t *found;
    if (!mongoc_change_stream_next(stream, &found)) return false;
    *document = (cmongoc_document){bson_get_data(found), found->len};
    return true;
}

/// Whether the stream failed, and with what reply if a server sent one.
static inline bool cmongoc_stream_failed(mongoc_change_stream_t *stream, cmongoc_reply *reply,
                                         bson_error_t *error) {
    const bson_t *answer = NULL;
    if (!mongoc_change_stream_error_document(stream, error, &answer)) return false;
    if (answer) cmongoc_copy(answer, reply);
    return true;
}

/// Where to go on after the last event that was read; no bytes before the first.
static inline void cmongoc_stream_token(mongoc_change_stream_t *stream, cmongoc_reply *reply) {
    const bson_t *token = mongoc_change_stream_get_resume_token(stream);
    if (token) cmongoc_copy(token, reply);
}

static inline mongoc_bulk_operation_t *cmongoc_bulk(mongoc_client_t *client, mongoc_client_session_t *session,
                                                    const char *database, const char *collection,
                                                    cmongoc_document given, bson_error_t *error) {
    bson_t options;
    mongoc_bulk_operation_t *bulk = NULL;
    if (cmongoc_options(&options, given, session, error)) {
        mongoc_collection_t *target = mongoc_client_get_collection(client, database, collection);
        bulk = mongoc_collection_create_bulk_operation_with_opts(target, &options);
        mongoc_collection_destroy(target);
    }
    bson_destroy(&options);
    return bulk;
}

/// Copies a document into the bulk unchecked: libmongoc's own check walks every field (70 of 100 us for 54 kB).
static inline bool cmongoc_bulk_insert(mongoc_bulk_operation_t *bulk, cmongoc_document document,
                                       bson_error_t *error) {
    bson_t view, options;
    bson_init(&options);
    BSON_APPEND_BOOL(&options, "validate", false);
    bool done = cmongoc_view(&view, document, error) &&
                mongoc_bulk_operation_insert_with_opts(bulk, &view, &options, error);
    bson_destroy(&options);
    return done;
}

typedef bool (*cmongoc_change)(mongoc_bulk_operation_t *, const bson_t *, const bson_t *, const bson_t *,
                               bson_error_t *);

/// Adds one of mongoc_bulk_operation_update_one, _update_many or _replace_one `_with_opts`.
static inline bool cmongoc_bulk_change(mongoc_bulk_operation_t *bulk, cmongoc_change change,
                                       cmongoc_document filter, cmongoc_document update,
                                       cmongoc_document given, bson_error_t *error) {
    bson_t selector, modification, options;
    return cmongoc_view(&selector, filter, error) && cmongoc_view(&modification, update, error) &&
           cmongoc_view(&options, given, error) && change(bulk, &selector, &modification, &options, error);
}

static inline bool cmongoc_bulk_delete(mongoc_bulk_operation_t *bulk, bool many, cmongoc_document filter,
                                       cmongoc_document given, bson_error_t *error) {
    bson_t selector, options;
    return cmongoc_view(&selector, filter, error) && cmongoc_view(&options, given, error) &&
           (many ? mongoc_bulk_operation_remove_many_with_opts(bulk, &selector, &options, error)
                 : mongoc_bulk_operation_remove_one_with_opts(bulk, &selector, &options, error));
}

static inline bool cmongoc_bulk_execute(mongoc_bulk_operation_t *bulk, cmongoc_reply *reply,
                                        bson_error_t *error) {
    bson_t answer;
    bool done = mongoc_bulk_operation_execute(bulk, &answer, error) != 0;
    cmongoc_take(&answer, reply);
    return done;
}
