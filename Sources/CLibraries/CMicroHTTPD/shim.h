#pragma once
#include <microhttpd.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
// Swift's Glibc module leaves these two out.
#include <sys/epoll.h>
#include <sys/eventfd.h>

/// Where the library's own log lines go. Must outlive the daemon.
struct cmhd_log {
    void (*write)(void *context, const char *line);
    void *context;
};

/// What `cmhd_start` needs: the option list of MHD_start_daemon as one value.
struct cmhd_settings {
    unsigned int flags;
    int listen_socket;
    unsigned int threads;
    unsigned int connections;
    unsigned int connections_per_address;
    unsigned int idle_seconds;
    size_t connection_memory;
    const char *tls_key;          // PEM, or NULL
    const char *tls_certificate;  // PEM, or NULL
    struct cmhd_log *log;
    void *context;
    MHD_AccessHandlerCallback handle;
    void *(*begin)(void *context, const char *target, struct MHD_Connection *connection);
    MHD_RequestCompletedCallback complete;
    MHD_NotifyConnectionCallback notify;
};

// Swift cannot receive a C va_list as MHD_OPTION_EXTERNAL_LOGGER hands it over.
static inline void cmhd_write_log(void *context, const char *format, va_list arguments) {
    const struct cmhd_log *log = (const struct cmhd_log *)context;
    char line[512];
    vsnprintf(line, sizeof line, format, arguments);
    log->write(log->context, line);
}

// The library would unescape the target in place; the caller decodes the raw target itself.
static inline size_t cmhd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

// MHD_start_daemon is variadic.
static inline struct MHD_Daemon *cmhd_start(const struct cmhd_settings *s) {
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)s->tls_key},
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)s->tls_certificate},
        {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-TLS1.0:-VERS-TLS1.1"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
    // The logger comes first so that faults of the other options reach it.
    return MHD_start_daemon(
        s->flags, 0, NULL, NULL, s->handle, s->context,
        MHD_OPTION_EXTERNAL_LOGGER, &cmhd_write_log, s->log,
        MHD_OPTION_LISTEN_SOCKET, s->listen_socket,
        MHD_OPTION_THREAD_POOL_SIZE, s->threads,
        MHD_OPTION_CONNECTION_LIMIT, s->connections,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->connections_per_address,
        MHD_OPTION_CONNECTION_TIMEOUT, s->idle_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, s->connection_memory,
        MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_UNESCAPE_CALLBACK, &cmhd_keep_escapes, NULL,
        MHD_OPTION_URI_LOG_CALLBACK, s->begin, s->context,
        MHD_OPTION_NOTIFY_COMPLETED, s->complete, s->context,
        MHD_OPTION_NOTIFY_CONNECTION, s->notify, s->context,
        MHD_OPTION_ARRAY, s->tls_key ? tls : none,
        MHD_OPTION_END);
}

// MHD_get_connection_info is variadic and returns a union.
static inline int cmhd_socket(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info ? info->connect_fd : -1;
}

static inline void *cmhd_socket_context(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

static inline const struct sockaddr *cmhd_client_address(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return info ? info->client_addr : NULL;
}
