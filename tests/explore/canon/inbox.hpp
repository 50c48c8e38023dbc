// SPDX-License-Identifier: BSL-1.0
// Canonical form of the receiving half: fates, filter, what is held, parts, what waits for the application.
#pragma once

#include <algorithm>
#include <tuple>
#include <vector>

#include "bowline/core/inbox.hpp"
#include "explore/canon/bases.hpp"
#include "explore/canon/messages.hpp"
#include "explore/policies.hpp"
#include "explore/record.hpp"

namespace bowline::explore {

static_assert(known<ReceiveLog, 56>() && known<HeldMessage, 48>() && known<HeldMessages, 216>());
static_assert(known<Assembly, 80>() && known<Reassembler, 376>() && known<Delivery, 648>());
static_assert(known<FixedQueueDedup<3>, 80>() && known<WindowDedup<3>, 24>() && known<Inbox<NoDedup>, 872>());

inline void canonise(Digester& out, Bytes payload) {
  const MessageName name = MessageName::in(payload);
  out.add(name.side | unsigned{name.life} << 8 | unsigned{name.id} << 16, payload.size());
}

inline void canonise(Digester& out, const ReceiveLog& log) {
  const SequenceNumber lowest = log.lowest_unseen();
  const SequenceNumber first = lowest > log.window_ ? lowest - log.window_ : 1;
  std::uint64_t fates = lowest - first;
  for (SequenceNumber n = first; n < lowest + log.window_; ++n) {
    fates = fates << 2 | static_cast<std::uint64_t>(log.fate(n));
  }
  out.add(fates);
}

template <std::size_t N>
void canonise(Digester& out, const FixedQueueDedup<N>& filter, const Bases& bases) {
  out.add(filter.size_, back(bases.number_received, filter.floor_),
          back(bases.number_received, filter.highest_));
  for (std::uint32_t i = filter.size_; i > 0; --i) {
    const SequenceNumber number = i <= filter.run_
                                      ? filter.highest_ - i + 1
                                      : filter.places_[(filter.next_ - (i - filter.run_)) & filter.mask_].number;
    out.add(back(bases.number_received, number));
  }
}

template <std::size_t N>
void canonise(Digester& out, const WindowDedup<N>& filter, const Bases& bases) {
  out.add(back(bases.number_received, filter.highest_));
  for (SequenceNumber n = filter.highest_, i = 0; n != 0 && i < N; --n, ++i) out.add(filter.check(n));
}

inline void canonise(Digester&, const NoDedup&, const Bases&) {}

inline void canonise(Digester& out, const AnyFilter& any, const Bases& bases) {
  std::visit([&](const auto& filter) { canonise(out, filter, bases); }, any.filter());
}

inline void canonise(Digester& out, Departure departure, const Bases& bases) {
  out.add(back(bases.packet_received, departure.packet()), departure.frame());
}

/// In the order of what they wait for, and of their arrival: places are not part of it.
inline void canonise(Digester& out, const HeldMessages& held, const Bases& bases) {
  std::vector<std::pair<SequenceNumber, std::uint32_t>> waited_for;
  for (const std::uint32_t head : held.heads_) {
    if (head != HeldMessage::none) waited_for.emplace_back(held.slots_[head].dependency, head);
  }
  std::sort(waited_for.begin(), waited_for.end());
  out.add(waited_for.size());
  for (const auto& [dependency, head] : waited_for) {
    for (std::uint32_t i = head; i != HeldMessage::none; i = held.slots_[i].next) {
      const HeldMessage& message = held.slots_[i];
      out.add(back(bases.number_received, dependency), back(bases.number_received, message.number));
      if (message.newest_only) canonise(out, message.departure, bases);
      out.add((message.fail_with_dependency ? 1u : 0u) | (message.dropped ? 2u : 0u) | (message.newest_only ? 8u : 0u) |
              (message.parts != HeldMessage::none ? 4u : 0u));
      if (!message.dropped) canonise(out, held.view(message.payload));
    }
  }
}

inline void canonise(Digester& out, const Reassembler& parts, const Bases& bases) {
  // Unreliable ones in the order in which they began; reliable ones by their names, which alone tell them apart.
  std::vector<const Assembly*> in_order;
  for (const Reassembler::Slot slot : parts.unreliable_) in_order.push_back(&parts.slots_[slot]);
  const auto unreliable = static_cast<std::ptrdiff_t>(in_order.size());
  for (const Assembly& assembly : parts.slots_) {
    if (assembly.state != Assembly::State::free && assembly.reliable) in_order.push_back(&assembly);
  }
  std::sort(in_order.begin() + unreliable, in_order.end(), [](const Assembly* one, const Assembly* other) {
    return std::pair{one->name.first, one->state} < std::pair{other->name.first, other->state};
  });
  out.add(in_order.size());
  for (const Assembly* const one : in_order) {
    const Assembly& assembly = *one;
    out.add(assembly.state, assembly.reliable, assembly.refused, assembly.fail_with_dependency,
            assembly.newest_only);
    out.add(assembly.reliable ? back(bases.number_received, assembly.name.first) : assembly.name.first);
    out.add(assembly.name.count, assembly.name.total, back(bases.number_received, assembly.number));
    out.add(back(bases.number_received, assembly.dependency));
    if (assembly.newest_only) canonise(out, assembly.departure, bases);
    std::uint64_t here = 0;
    for (std::uint32_t i = 0; i < assembly.name.count; ++i) {
      here = here << 1 | (assembly.parts.has(parts.pool_, i) ? 1u : 0u);
    }
    out.add(here);
    // The first part names the message.
    if (assembly.parts.has(parts.pool_, 0)) {
      canonise(out, parts.pool_.view(assembly.parts.at(parts.pool_, 0).block));
    }
  }
}

inline void canonise(Digester& out, const Delivery& delivery, const Bases& bases) {
  canonise(out, delivery.newest_delivered_, bases);
  canonise(out, delivery.held_, bases);
  canonise(out, delivery.parts_, bases);
  out.add(delivery.end_ - delivery.next_);
  for (std::size_t i = delivery.next_; i != delivery.end_; ++i) {
    const Delivery::Ready& ready = delivery.ready_[i];
    out.add(ready.reliable, ready.parts != Reassembler::none);
    canonise(out, ready.kept.block == Payload::none ? ready.view : delivery.held_.view(ready.kept));
  }
}

template <class DedupPolicy>
void canonise(Digester& out, const Inbox<DedupPolicy>& inbox, const Bases& bases) {
  canonise(out, inbox.settlement_.log_);
  canonise(out, inbox.filter_, bases);
  canonise(out, inbox.settlement_.delivery_, bases);
  canonise_ring(out, inbox.verdicts_, [&](const VerdictFrame& verdict) {
    out.add(back(bases.number_received, verdict.number), verdict.delivered);
  });
}

}  // namespace bowline::explore
