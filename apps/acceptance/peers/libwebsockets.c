// libwebsockets: a client when it gets URLs, else a server. See acts.mjs for what it does.

#include <libwebsockets.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const REASON = "fin \xf0\x9f\x91\x8b";
static const char *const PING = "are you there?";

// A message that waits to be sent; `data` has LWS_PRE bytes of room before it, as lws_write() wants.
struct message {
  struct message *next;
  size_t length;
  int binary;
  unsigned char *data;
};

// What belongs to a connection; lws zeroes it.
struct session {
  char path[256];
  unsigned char *received;
  size_t length;
  struct message *first, *last;
  int ping, close, piece, ended, code;
  char reason[128];
};

static int client_done;

static int is_act(const struct session *session, const char *act) {
  const char *slash = strrchr(session->path, '/');
  return slash != NULL && strncmp(slash + 1, act, strlen(act)) == 0;
}

static void established(struct lws *wsi, struct session *session) {
  session->code = 1006;
  session->ping = is_act(session, "ping");
  if (is_act(session, "close-")) session->close = atoi(strrchr(session->path, '-') + 1);
  if (session->ping || session->close) lws_callback_on_writable(wsi);
}

static void received(struct lws *wsi, struct session *session, const void *in, size_t length) {
  session->received = realloc(session->received, LWS_PRE + session->length + length);
  memcpy(session->received + LWS_PRE + session->length, in, length);
  session->length += length;
  if (!lws_is_final_fragment(wsi)) return;
  struct message *message = calloc(1, sizeof *message);
  *message = (struct message){NULL, session->length, lws_frame_is_binary(wsi), session->received};
  session->received = NULL;
  session->length = 0;
  if (session->last == NULL) session->first = message;
  else session->last->next = message;
  session->last = message;
  lws_callback_on_writable(wsi);
}

// One write each time lws says that there is room. Returns -1 to close.
static int writable(struct lws *wsi, struct session *session) {
  if (session->ping) {
    unsigned char buffer[LWS_PRE + 32];
    memcpy(buffer + LWS_PRE, PING, strlen(PING));
    session->ping = 0;
    lws_write(wsi, buffer + LWS_PRE, strlen(PING), LWS_WRITE_PING);
    lws_callback_on_writable(wsi);
    return 0;
  }
  if (session->close) {
    const char *reason = session->close == 1000 ? "" : REASON;
    lws_close_reason(wsi, (enum lws_close_status)session->close, (unsigned char *)reason, strlen(reason));
    return -1;
  }
  struct message *message = session->first;
  if (message == NULL) return 0;
  const int pieces = is_act(session, "fragments") ? 4 : 1;
  const size_t start = message->length / pieces * session->piece;
  const int is_last = ++session->piece == pieces;
  const size_t end = is_last ? message->length : message->length / pieces * session->piece;
  const int flags =
      lws_write_ws_flags(message->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT, session->piece == 1, is_last);
  if (lws_write(wsi, message->data + LWS_PRE + start, end - start, flags) < 0) return -1;
  if (is_last) {
    session->piece = 0;
    session->first = message->next;
    if (session->first == NULL) session->last = NULL;
    free(message->data);
    free(message);
  }
  if (session->first != NULL) lws_callback_on_writable(wsi);
  return 0;
}

static void peer_closes(struct session *session, const unsigned char *in, size_t length) {
  session->code = length < 2 ? 1005 : in[0] << 8 | in[1];
  if (length > 2) memcpy(session->reason, in + 2, length - 2);
}

// No path or reason of the tests holds anything JSON would want escaped.
static void ended(struct session *session) {
  if (session->ended) return;
  session->ended = 1;
  printf("{\"path\":\"%s\",\"code\":%d,\"reason\":\"%s\"}\n", session->path, session->code, session->reason);
  fflush(stdout);
  client_done = 1;
}

static int callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t length) {
  struct session *session = user;
  switch (why) {
    case LWS_CALLBACK_ESTABLISHED:
      lws_hdr_copy(wsi, session->path, sizeof session->path, WSI_TOKEN_GET_URI);
      established(wsi, session);
      break;
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
      strncpy(session->path, lws_get_opaque_user_data(wsi), sizeof session->path - 1);
      established(wsi, session);
      break;
    case LWS_CALLBACK_RECEIVE:
    case LWS_CALLBACK_CLIENT_RECEIVE:
      received(wsi, session, in, length);
      break;
    case LWS_CALLBACK_SERVER_WRITEABLE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
      return writable(wsi, session);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
      peer_closes(session, in, length);
      break;
    case LWS_CALLBACK_CLOSED:
    case LWS_CALLBACK_CLIENT_CLOSED:
      ended(session);
      break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
      fprintf(stderr, "no connection: %s\n", in == NULL ? "no reason given" : (char *)in);
      exit(1);
    default:
      return lws_callback_http_dummy(wsi, why, user, in, length);
  }
  return 0;
}

static const struct lws_protocols PROTOCOLS[] = {
    {.name = "acts", .callback = callback, .per_session_data_size = sizeof(struct session), .rx_buffer_size = 65536},
    {.name = NULL},
};

static const struct lws_extension EXTENSIONS[] = {
    {"permessage-deflate", lws_extension_callback_pm_deflate,
     "permessage-deflate; client_no_context_takeover; client_max_window_bits"},
    {NULL, NULL, NULL},
};

// When the tests are gone, however they went, stdin ends, and so does this.
static void *end_with_parent(void *unused) {
  char buffer[64];
  while (read(STDIN_FILENO, buffer, sizeof buffer) > 0) {
  }
  _exit(0);
  return unused;
}

int main(int count, char **urls) {
  pthread_t thread;
  pthread_create(&thread, NULL, end_with_parent, NULL);
  lws_set_log_level(LLL_ERR, NULL);
  struct lws_context_creation_info info = {
      .port = count > 1 ? CONTEXT_PORT_NO_LISTEN : 0,
      .iface = "127.0.0.1",
      .protocols = PROTOCOLS,
      .extensions = EXTENSIONS,
      .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS,
  };
  struct lws_context *context = lws_create_context(&info);
  struct lws_vhost *vhost = lws_create_vhost(context, &info);
  if (count == 1) {
    printf("%d\n", lws_get_vhost_listen_port(vhost));
    fflush(stdout);
    for (;;) lws_service(context, 0);
  }
  for (int at = 1; at < count; at++) {
    const char *scheme, *host, *path;
    char target[256];
    int port;
    char *url = strdup(urls[at]);
    if (lws_parse_uri(url, &scheme, &host, &port, &path) != 0) return 1;
    snprintf(target, sizeof target, "/%s", path);
    struct lws_client_connect_info to = {
        .context = context,
        .vhost = vhost,
        .address = host,
        .host = host,
        .port = port,
        .path = target,
        .local_protocol_name = "acts",
        .opaque_user_data = target,
    };
    client_done = 0;
    if (lws_client_connect_via_info(&to) == NULL) return 1;
    while (!client_done) lws_service(context, 0);
    free(url);
  }
  return 0;
}
