// SPDX-License-Identifier: BSL-1.0
// The stories by name, for any transport.
#pragma once

#include <array>

#include "sweeps/stories/meetings.hpp"
#include "sweeps/stories/orders.hpp"
#include "sweeps/stories/policies.hpp"
#include "sweeps/stories/sizes.hpp"

namespace bowline::test::stories {

template <class Transport>
inline constexpr std::array list{
    Story{"one_end_looks_for_the_other", one_end_looks_for_the_other<Transport>},
    Story{"both_ends_look_for_each_other", both_ends_look_for_each_other<Transport>},
    Story{"both_ends_are_introduced_by_signalling", both_ends_are_introduced_by_signalling<Transport>},
    Story{"nobody_answers", nobody_answers<Transport>},
    Story{"one_end_starts_again", one_end_starts_again<Transport>},
    Story{"both_ends_start_again", both_ends_start_again<Transport>},
    Story{"an_end_loses_its_peer_and_finds_it_again", an_end_loses_its_peer_and_finds_it_again<Transport>},
    Story{"two_idle_ends_stay_together", two_idle_ends_stay_together<Transport>},
    Story{"one_end_closes", one_end_closes<Transport>},
    Story{"both_ends_close", both_ends_close<Transport>},
    Story{"small_messages_go_both_ways", small_messages_go_both_ways<Transport>},
    Story{"a_chain_waits_at_the_receiver", a_chain_waits_at_the_receiver<Transport>},
    Story{"a_chain_waits_at_the_sender", a_chain_waits_at_the_sender<Transport>},
    Story{"a_failure_cascades_down_a_chain", a_failure_cascades_down_a_chain<Transport>},
    Story{"messages_on_their_way_are_cancelled", messages_on_their_way_are_cancelled<Transport>},
    Story{"cancelled_messages_had_arrived", cancelled_messages_had_arrived<Transport>},
    Story{"deadlines_pass", deadlines_pass<Transport>},
    Story{"newer_messages_take_the_place_of_older_ones", newer_messages_take_the_place_of_older_ones<Transport>},
    Story{"urgent_messages_overtake_others", urgent_messages_overtake_others<Transport>},
    Story{"large_messages_travel_in_parts", large_messages_travel_in_parts<Transport>},
    Story{"a_large_message_is_waited_for", a_large_message_is_waited_for<Transport>},
    Story{"a_large_message_is_cancelled_halfway", a_large_message_is_cancelled_halfway<Transport>},
    Story{"large_unreliable_messages_come_or_do_not", large_unreliable_messages_come_or_do_not<Transport>},
    Story{"media_beside_messages", media_beside_messages<Transport>},
    Story{"unreliable_messages_wait_for_a_reliable_one", unreliable_messages_wait_for_a_reliable_one<Transport>},
    Story{"the_path_is_searched_and_shrinks", the_path_is_searched_and_shrinks<Transport>},
    Story{"two_ends_share_a_pool", two_ends_share_a_pool<Transport>},
    Story{"the_table_of_messages_is_full", the_table_of_messages_is_full<Transport>},
    Story{"the_window_is_full", the_window_is_full<Transport>},
    Story{"a_link_loses_every_fifth_datagram", a_link_loses_every_fifth_datagram<Transport>},
    Story{"a_link_repeats_and_reorders", a_link_repeats_and_reorders<Transport>},
    Story{"eager_resends", eager_resends<Transport>},
    Story{"periodic_resends", periodic_resends<Transport>},
    Story{"no_resends", no_resends<Transport>},
    Story{"a_filter_of_the_window", a_filter_of_the_window<Transport>},
    Story{"no_filter", no_filter<Transport>},
};

}  // namespace bowline::test::stories
