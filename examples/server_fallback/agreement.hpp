// SPDX-License-Identifier: BSL-1.0
// What the two ends settle over the server before the first chunk: which file, and where the direct path leads.
#pragma once

#include <string>

#include "bowline/base/results.hpp"
#include "chunk_file.hpp"
#include "direct_path.hpp"
#include "record_link.hpp"
#include "records.hpp"

namespace server_fallback {

/// Sender: offers a file and opens the direct path to whoever accepts it. Fails with a sentence.
[[nodiscard]] bowline::Result<Channel> offer_file(RecordLink& server, const Offer& offer, Duration patience);

/// Receiver: accepts the first file offered, to be written to `path` and sent to `address`. Fails with a sentence,
/// which the sender is told too.
[[nodiscard]] bowline::Result<ChunkFile> accept_file(RecordLink& server, const std::string& path,
                                                     const std::string& address, Duration patience);

}  // namespace server_fallback
