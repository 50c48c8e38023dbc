// SPDX-License-Identifier: BSL-1.0
#include "bowline/core/outcome_history.hpp"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "bowline/base/random.hpp"

namespace {

using bowline::MessageId;
using bowline::MessageStatus;
using bowline::OutcomeHistory;

TEST(OutcomeHistory, what_was_never_recorded_is_forgotten) {
  const OutcomeHistory history{16};
  EXPECT_EQ(history.status({0}), MessageStatus::forgotten);
  EXPECT_EQ(history.status({1}), MessageStatus::forgotten);
  EXPECT_EQ(history.status({~std::uint64_t{0}}), MessageStatus::forgotten);
}

TEST(OutcomeHistory, remembers_the_last_ids_rounded_up_to_a_power_of_two) {
  OutcomeHistory history{5};  // 8
  for (std::uint64_t id = 1; id <= 20; ++id) history.record({id}, MessageStatus::acked);
  for (std::uint64_t id = 13; id <= 20; ++id) EXPECT_EQ(history.status({id}), MessageStatus::acked) << id;
  EXPECT_EQ(history.status({12}), MessageStatus::forgotten);  // 20 − 8
  EXPECT_EQ(history.status({21}), MessageStatus::forgotten);
}

TEST(OutcomeHistory, of_one_remembers_the_newest) {
  OutcomeHistory history{1};
  history.record({1}, MessageStatus::lost);
  EXPECT_EQ(history.status({1}), MessageStatus::lost);
  history.record({2}, MessageStatus::expired);
  EXPECT_EQ(history.status({1}), MessageStatus::forgotten);
  EXPECT_EQ(history.status({2}), MessageStatus::expired);
}

TEST(OutcomeHistory, what_ends_too_late_to_be_remembered_overwrites_nothing) {
  OutcomeHistory history{8};
  for (std::uint64_t id = 2; id <= 9; ++id) history.record({id}, MessageStatus::acked);
  history.record({1}, MessageStatus::lost);  // 9 − 8 = 1 is out of reach; it would lie where 9 does.
  EXPECT_EQ(history.status({9}), MessageStatus::acked);
  EXPECT_EQ(history.status({1}), MessageStatus::forgotten);
}

TEST(OutcomeHistory, growth_keeps_what_it_knew) {
  OutcomeHistory history{4096};
  history.record({1}, MessageStatus::lost);
  history.record({63}, MessageStatus::expired);
  history.record({64}, MessageStatus::cancelled);  // 64 places are one too few for 0 to 64.
  history.record({65}, MessageStatus::acked);
  history.record({4095}, MessageStatus::closed);
  EXPECT_EQ(history.status({1}), MessageStatus::lost);
  EXPECT_EQ(history.status({63}), MessageStatus::expired);
  EXPECT_EQ(history.status({64}), MessageStatus::cancelled);
  EXPECT_EQ(history.status({65}), MessageStatus::acked);
  EXPECT_EQ(history.status({4095}), MessageStatus::closed);
  EXPECT_EQ(history.status({2}), MessageStatus::forgotten);
  history.record({4097}, MessageStatus::acked);
  EXPECT_EQ(history.status({1}), MessageStatus::forgotten);  // 4097 − 4096 = 1
}

void agrees_with_a_map(std::uint32_t remembered, std::uint64_t seed) {
  // Every id ends once, some much later than their neighbours.
  bowline::Random random{seed};
  OutcomeHistory history{remembered};
  std::map<std::uint64_t, MessageStatus> model;
  std::uint64_t newest = 0;
  std::vector<std::uint64_t> pending;
  const std::uint64_t kept = std::bit_ceil(remembered);
  for (std::uint64_t next = 1; next < 3000;) {
    if (pending.size() < 12 && random.below(2) == 0) {
      pending.push_back(next++);
      continue;
    }
    if (pending.empty()) continue;
    const std::size_t at = random.below(4) == 0 ? random.index(pending.size()) : pending.size() - 1;
    const std::uint64_t id = pending[at];
    pending.erase(pending.begin() + static_cast<std::ptrdiff_t>(at));
    const auto status = static_cast<MessageStatus>(static_cast<int>(MessageStatus::acked) +
                                                   static_cast<int>(random.below(7)));
    history.record({id}, status);
    newest = (std::max)(newest, id);
    model[id] = status;
    for (const auto& [known, outcome] : model) {
      if (known + 2 * kept < newest) continue;
      const bool reach = newest - known < kept;
      // One that ended when it was out of reach already stays unknown, which `reach` says as well.
      ASSERT_EQ(history.status({known}), reach ? outcome : MessageStatus::forgotten) << known << " of " << newest;
    }
  }
}

TEST(OutcomeHistory, agrees_with_a_map) {
  for (const std::uint32_t remembered : {1u, 2u, 16u, 64u, 65u, 100u, 512u}) agrees_with_a_map(remembered, remembered);
}

}  // namespace
