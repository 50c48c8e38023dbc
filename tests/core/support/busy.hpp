// SPDX-License-Identifier: BSL-1.0
// Two ends that have much to lose by a datagram that should have no effect.
#pragma once

#include <cstdint>

#include "core/support/pair.hpp"

namespace bowline::test {

/// Two ends in the middle of much: at z one message was delivered and one is held; z waits for an ack and a verdict.
template <class P>
P busy(const Options& options = prompt()) {
  P p{options};
  p.connect();
  p.a.sends("m1");
  p.exchange();
  p.a.sends("root");
  p.a.says();  // Lost: number 2.
  p.a.sends("leaf", {.after = {2}});
  p.z.hears(p.a.says());
  p.a.hears(p.z.says());
  p.z.sends("recalled");
  p.z.says();
  p.z.cancels({1});
  p.z.sends("outstanding");
  p.z.says();
  p.a.told();
  p.z.told();
  return p;
}

}  // namespace bowline::test
