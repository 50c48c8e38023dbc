// SPDX-License-Identifier: BSL-1.0
// Filters at their smallest, windows that fill up, and numbers that wrap.
#include "explore/plans/plans.hpp"

namespace bowline::explore {

std::vector<Plan> number_plans() {
  std::vector<Plan> all;
  const auto filtered = [&](const char* name, AnyFilter filter, std::uint32_t window, std::size_t messages,
                            Budget budget) {
    Plan plan = world(name, window, std::vector<Act>(messages, sends()), budget);
    plan.filter = filter;
    all.push_back(plan);
  };
  filtered("FixedQueueDedup<1>, window 1", FixedQueueDedup<1>{}, 1, 3,
           {.fires = {2, 0}, .drops = 1, .repeats = 1});
  filtered("FixedQueueDedup<3>, window 2", FixedQueueDedup<3>{}, 2, 4,
           {.fires = {1, 0}, .drops = 1, .repeats = 1});
  filtered("FixedQueueDedup<5>, window 3", FixedQueueDedup<5>{}, 3, 4, {.fires = {1, 0}, .repeats = 2});
  filtered("WindowDedup<1>, window 1", WindowDedup<1>{}, 1, 3, {.fires = {2, 0}, .drops = 1, .repeats = 1});
  filtered("WindowDedup<2>, window 2", WindowDedup<2>{}, 2, 4, {.fires = {1, 0}, .drops = 1, .repeats = 1});
  filtered("WindowDedup<3>, window 3", WindowDedup<3>{}, 3, 4, {.fires = {1, 0}, .repeats = 2});
  filtered("NoDedup, window 2", NoDedup{}, 2, 3, {.fires = {1, 0}, .drops = 1, .repeats = 2});
  Plan narrower =
      world("z takes a window of one", 3, {sends(), sends(), sends()}, {.fires = {1, 0}, .drops = 1});
  narrower.filter = FixedQueueDedup<5>{};
  narrower.options[z].window = 1;
  narrower.bound = false;
  all.push_back(narrower);

  // 2^(bits - 1) >= W + Q times the segments of a datagram.
  const auto wrapped = [&](const char* name, Wire wire, std::uint32_t window, bool patient,
                           std::vector<Act> acts, Budget budget) {
    Plan plan = world(name, window, std::move(acts), budget);
    plan.wire = wire;
    plan.packets_tracked = 3;
    plan.patient = patient;
    all.push_back(plan);
  };
  const auto messages = [](std::size_t count) { return std::vector<Act>(count, sends()); };
  const std::vector<Act> recalled{sends(), cancels(1), sends(), cancels(1), sends()};
  wrapped("numbers of 3 bits", Wire::three_bits, 1, false, messages(4),
          {.fires = {1, 0}, .drops = 1, .spoils = 1});
  wrapped("numbers of 3 bits, recalled", Wire::three_bits, 1, false, recalled, {.fires = {1, 0}});
  wrapped("numbers of 3 bits, one by one", Wire::three_bits, 1, true, messages(8), {});
  wrapped("numbers of 3 bits, a copy kept", Wire::three_bits, 1, true,
          {sends(0, {.reliable = false}), sends(), sends(), sends()}, {.repeats = 1});
  wrapped("numbers of 3 bits, an outage", Wire::three_bits, 1, false, messages(1),
          {.fires = {2, 0}, .drops = 2});
  wrapped("numbers of 4 bits", Wire::four_bits, 2, false, messages(5), {.fires = {1, 0}, .repeats = 1});
  wrapped("numbers of 4 bits, with a loss", Wire::four_bits, 2, false, messages(5),
          {.fires = {1, 0}, .drops = 1});
  return all;
}

}  // namespace bowline::explore
