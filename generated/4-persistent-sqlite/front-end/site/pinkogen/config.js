// Rendered by pinkogen: where each service is (empty: where the page came from), and how long the
// page waits for an answer, which is longer than the proxy and the API do.
export default {
  "services": {
    "back-end": {
      "origin": "http://localhost:5252"
    }
  },
  "timeoutMs": 15000
};
