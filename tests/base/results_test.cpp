// SPDX-License-Identifier: BSL-1.0
#include "bowline/base/results.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace {

using bowline::describe;
using bowline::Result;
using bowline::SendError;
using bowline::SendResult;

TEST(SendResult, is_true_only_without_an_error) {
  EXPECT_TRUE((SendResult{{1}, SendError::none}));
  EXPECT_FALSE((SendResult{{}, SendError::queue_full}));
}

TEST(SendResult, every_error_has_a_sentence_of_its_own) {
  std::set<std::string_view> sentences;
  for (int i = 0; i <= static_cast<int>(SendError::forgotten_dependency); ++i) {
    const std::string_view sentence = describe(static_cast<SendError>(i));
    EXPECT_NE(sentence, "unknown error") << i;
    EXPECT_NE(sentence.back(), '.') << i;
    EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
  }
  EXPECT_EQ(sentences.size(), 7u);
  EXPECT_EQ(describe(static_cast<SendError>(200)), "unknown error");
}

TEST(Result, a_value_has_no_reason) {
  Result<int> result = 5;
  ASSERT_TRUE(result);
  EXPECT_EQ(result.value(), 5);
  EXPECT_EQ(result.why(), "");
  result.value() = 6;
  EXPECT_EQ(result.value(), 6);
}

TEST(Result, a_failure_says_why_in_a_terminated_string) {
  const auto result = Result<int>::failure("the port is in use");
  EXPECT_FALSE(result);
  EXPECT_EQ(result.why(), "the port is in use");
  EXPECT_EQ(result.why().data()[result.why().size()], '\0');
}

TEST(Result, a_value_that_only_moves_is_moved_out) {
  Result<std::unique_ptr<int>> result{std::make_unique<int>(3)};
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 3);
}

TEST(Result, a_value_without_a_default_constructor_will_do) {
  struct Port {
    explicit Port(int n) : number{n} {}
    int number;
  };
  EXPECT_FALSE(Result<Port>::failure("none"));
  EXPECT_EQ(Result<Port>{Port{9}}.value().number, 9);
}

}  // namespace
