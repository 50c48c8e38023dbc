#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Shows that api.py finds what it is there to find."""

import unittest

from api import declared, faults

HEADERS = """
class ReliableChannel {
 public:
  explicit ReliableChannel(int transport) : transport_{transport} {}
  SendResult send(Bytes payload) { return connection_.send(payload); }
  [[nodiscard]] const Stats& stats() const noexcept { return stats_; }
  void poll() {
    follow();
  }

 private:
  void follow();
};
class OrderedStream {
 public:
  SendResult send(Bytes payload);
};
class UdpTransport {
 public:
  [[nodiscard]] static Result<UdpTransport> open(const UdpOptions& options);
};
struct UdpOptions {
  std::string local = ":0";
};
struct SendOptions {
  MessageId after{};
  bool reliable = true;  // Not `unreliable = false`.
};
enum class Gate : std::uint8_t {
  at_receiver,  ///< Sent at once, later delivered.
  at_sender,
};
  using Kinds = std::variant<Connected, Received>;
"""
PAGE = """## `ReliableChannel`
| `send(payload)` | - |
| `stats()` | - |
| `poll()` | - |

## `OrderedStream`
| `send(payload)` | - |

## `UdpTransport`
| `open(options)` | - |

## `UdpOptions`
| `local` | - |

## `SendOptions`
| `after` | - |
| `reliable` | - |

## `Gate`
| `at_receiver` | - |
| `at_sender` | - |

## `Event`
| `Connected` | - |
| `Received` | - |
"""


class Api(unittest.TestCase):
    def found(self, page):
        return list(faults(page, declared(HEADERS)))

    def test_what_agrees_is_fine(self):
        self.assertEqual(self.found(PAGE), [])

    def test_what_the_page_lacks_is_found(self):
        for row in ("poll", "after", "at_sender", "Received"):
            page = "\n".join(line for line in PAGE.splitlines() if not line.startswith(f"| `{row}"))
            self.assertEqual([fault.split(": ")[1] for fault in self.found(page)], [f"{row} has no row"])

    def test_what_the_headers_lack_is_found(self):
        self.assertEqual(self.found(PAGE + "| `Gone` | - |\n"), ["Event: Gone is not in the headers"])

    def test_a_type_without_a_section_is_found(self):
        self.assertEqual(self.found(PAGE.partition("## `Event`")[0]), ["Event has no section"])


if __name__ == "__main__":
    unittest.main()
