//! Hands on the stage: from where a pointer was to the core's own choice.

use lockstep_core::lab::Choice;

use super::{intervene, say};
use crate::command::fire;
use crate::crowd;
use crate::effect::Effect;
use crate::hands::{Aim, Drag, Grip, Hand};
use crate::model::{Model, Notice, Selection, Tool};

/// What was dragged is let go.
fn dropped(model: &mut Model, drag: Drag) -> Vec<Effect> {
    let choice = match drag.aim(&model.scene.view, &model.scene.layout) {
        Aim::Nothing => return Vec::new(),
        Aim::Cut { from, to, both_ways } => Choice::Cut { from, to, both_ways },
        Aim::Part(one, other) => Choice::Partition(vec![one, other]),
        Aim::Deliver(message) => Choice::Deliver(message),
        Aim::Delay(message, by_us) => Choice::Delay { message, by_us },
    };
    model.tool = Tool::None;
    intervene::make(model, choice)
}

/// From one slice of a judgement to the next, in milliseconds.
const SLICE_MS: u32 = 4;
/// While the run is played, a judgement begins so long after what it is about, in milliseconds.
const PLAYED_MS: u32 = 150;

/// Asks for what the history of the clients still needs.
pub(super) fn judge(model: &mut Model) -> Vec<Effect> {
    // While the cursor follows a finger, what it stays at is judged only once it stays there.
    if model.diagram.press.is_some() {
        return Vec::new();
    }
    let begins = !model.watch.is_judging();
    if !model.watch.asks(&model.session) {
        return Vec::new();
    }
    let wait_ms = if begins && model.player.playing { PLAYED_MS } else { SLICE_MS };
    vec![Effect::Judge(wait_ms)]
}

pub(super) fn hand(model: &mut Model, hand: Hand) -> Vec<Effect> {
    match hand {
        Hand::Fire(node, timer) => match fire(model, node, timer) {
            Ok(choice) => intervene::make(model, choice),
            Err(reason) => say(model, Notice::CannotDo(reason)),
        },
        Hand::Judge => {
            model.watch.work(&model.session);
            Vec::new()
        }
        Hand::Pick(picked) => {
            model.watch.picked = picked;
            Vec::new()
        }
        Hand::Heal { from, to, both_ways } => {
            intervene::make(model, Choice::Heal { from, to, both_ways })
        }
        Hand::Press(at) => {
            model.hands.menu = None;
            let drag = Drag::begin(&model.scene.view, &model.scene.layout, at);
            model.hands.drag = Some(drag);
            Vec::new()
        }
        Hand::Drag(at, one_way) => {
            let one_way = one_way || model.hands.one_way;
            if let Some(drag) = &mut model.hands.drag {
                drag.go(at, one_way);
                if drag.moved && matches!(drag.grip, Grip::Message(_)) {
                    // It would fly on under the hand.
                    model.player.playing = false;
                }
            }
            Vec::new()
        }
        Hand::Drop => match model.hands.drag.take() {
            // One of very many, which has no element to click at, nor a mouse over it.
            Some(Drag { grip: Grip::Message(id), moved: false, .. })
                if crowd::is_crowd(&model.scene.view) && model.diagram.lit.is_none() =>
            {
                super::select(model, Some(Selection::Message(id)))
            }
            Some(drag) => dropped(model, drag),
            None => Vec::new(),
        },
        Hand::Lost => {
            model.hands.drag = None;
            Vec::new()
        }
        Hand::Menu(message) => {
            let effects = super::select(model, Some(Selection::Message(message)));
            // A menu at something that runs away could not be used.
            model.player.playing = false;
            model.hands.menu = Some(message);
            effects
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Action, Play, ToolAction};
    use crate::command::{Command, Reason};
    use crate::form::Asked;
    use crate::model::{Preferences, Surroundings};
    use crate::update::update;
    use lockstep_core::lab::raft::view::MessageView;
    use lockstep_core::raft::participant::Timer;
    use lockstep_core::sim::process::NodeId;

    fn act(model: &mut Model, actions: impl IntoIterator<Item = Action>) {
        for action in actions {
            update(model, action);
        }
    }

    /// A page while a candidate's requests fly, the first of them selected.
    fn with_message() -> (Model, lockstep_core::sim::network::MessageId) {
        let mut model = Model::new(Preferences::default(), Surroundings::default());
        act(&mut model, [Action::Play(Play::Seek(203_000)), Action::SelectNextMessage]);
        let id = model.scene.view.messages[0].id;
        (model, id)
    }

    fn find(model: &Model, id: lockstep_core::sim::network::MessageId) -> Option<&MessageView> {
        model.scene.view.messages.iter().find(|message| message.id == id)
    }

    fn seek(model: &mut Model, time_us: u64) {
        act(model, [Action::Play(Play::Seek(time_us))]);
        while model.session.is_travelling() {
            act(model, [Action::Frame(0.0)]);
        }
    }

    #[test]
    fn a_held_message_waits_where_it_is_until_it_is_let_go_or_delivered() {
        let (mut model, id) = with_message();
        act(&mut model, [Action::Command(Command::Hold)]);
        let due_us = find(&model, id).expect("it is on its way").due_us;
        seek(&mut model, 900_000);
        let held = find(&model, id).expect("it is held");
        assert_eq!((held.held, held.held_us), (true, Some(203_000)));
        let share = crate::hands::share(held, 900_000);
        assert!(0.0 < share && share < 1.0, "it stands where it was held: {share}");
        assert!(due_us < 900_000);
        act(&mut model, [Action::Command(Command::Deliver)]);
        seek(&mut model, 900_001);
        assert_eq!(find(&model, id), None, "it has arrived");

        let (mut model, id) = with_message();
        act(&mut model, [Action::Command(Command::Hold), Action::Command(Command::Hold)]);
        let free = find(&model, id).expect("it is on its way");
        assert_eq!((free.held, free.due_us), (false, due_us), "it goes on as if nothing had been");
    }

    #[test]
    fn a_message_is_delayed_by_what_the_form_says() {
        let (mut model, id) = with_message();
        let due_us = find(&model, id).expect("it is on its way").due_us;
        act(&mut model, [Action::Command(Command::Delay)]);
        let Tool::Numbers(mut form) = model.tool.clone() else { panic!("{:?}", model.tool) };
        assert_eq!(form.asked, Asked::Delay(id));
        form.texts[0] = "soon".to_owned();
        act(&mut model, [Action::Tool(ToolAction::Numbers(form.clone()))]);
        act(&mut model, [Action::Tool(ToolAction::Confirm)]);
        assert_ne!(model.tool, Tool::None, "what is no number is not applied");
        form.texts[0] = "2.5".to_owned();
        act(&mut model, [Action::Tool(ToolAction::Numbers(form))]);
        act(&mut model, [Action::Tool(ToolAction::Confirm)]);
        let delayed = find(&model, id).expect("it is on its way");
        assert_eq!((delayed.due_us, &model.tool), (due_us + 2_500, &Tool::None));
    }

    #[test]
    fn any_timer_that_runs_can_be_made_to_run_out() {
        let (mut model, _) = with_message();
        seek(&mut model, 600_000);
        let leads = model.scene.view.servers.iter().position(|server| server.heartbeat.is_some());
        let leader = NodeId(u8::try_from(leads.expect("a leader")).expect("a small number"));
        let timers = model.session.timers(leader);
        assert_eq!(timers.iter().map(|(timer, _)| *timer).collect::<Vec<_>>(), [Timer::Heartbeat]);
        let before = model.scene.view.messages.len();
        act(&mut model, [Action::Hand(Hand::Fire(leader, Timer::Heartbeat))]);
        assert_eq!(model.scene.view.messages.len(), before + 4, "a heartbeat to everybody");
        act(&mut model, [Action::Select(Some(Selection::Node(leader)))]);
        act(&mut model, [Action::Command(Command::Pause)]);
        act(&mut model, [Action::Hand(Hand::Fire(leader, Timer::Heartbeat))]);
        assert_eq!(model.notice, Some(Notice::CannotDo(Reason::IsPaused)));
    }

    #[test]
    fn the_network_and_a_clock_behave_otherwise_from_now_on() {
        let (mut model, _) = with_message();
        act(&mut model, [Action::Command(Command::Network)]);
        let Tool::Numbers(mut form) = model.tool.clone() else { panic!("{:?}", model.tool) };
        form.texts[2] = "100".to_owned();
        act(&mut model, [Action::Tool(ToolAction::Numbers(form))]);
        act(&mut model, [Action::Tool(ToolAction::Confirm)]);
        assert_eq!(model.session.network().loss.parts(), 1 << 32);
        act(&mut model, [Action::Touch(NodeId(1)), Action::Command(Command::Clock)]);
        let Tool::Numbers(mut form) = model.tool.clone() else { panic!("{:?}", model.tool) };
        form.texts[0] = "50".to_owned();
        act(&mut model, [Action::Tool(ToolAction::Numbers(form))]);
        act(&mut model, [Action::Tool(ToolAction::Confirm)]);
        assert_eq!(model.scene.view.servers[1].clock_rate_ppm, 500_000);
    }

    #[test]
    fn the_menu_of_a_message_stops_time_and_closes_first() {
        let (mut model, id) = with_message();
        act(&mut model, [Action::Play(Play::Start), Action::Hand(Hand::Menu(id))]);
        assert_eq!((model.hands.menu, model.player.playing), (Some(id), false));
        act(&mut model, [Action::Page(crate::action::Page::Escape)]);
        assert_eq!((model.hands.menu, model.selection), (None, Some(Selection::Message(id))));
    }
}
