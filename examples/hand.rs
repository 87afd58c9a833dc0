use highwater::lang::scenario::*;
use highwater::simulation::*;
fn sc() -> Scenario {
    let mut s = Scenario::default();
    s.run_ns = Some(1_000_000_000_000);
    s.expressions = vec![Expr::Number(1.25e6), Expr::Draw(Draw::Exponential{mean: ExprId(0)}), Expr::Number(1e6), Expr::Draw(Draw::Exponential{mean: ExprId(2)})];
    s.expression_spans = vec![Span::default(); 4];
    s.channels.push(Channel{name:"line".into(), capacity: Capacity::Unbounded, overflow: Overflow::Block, barging:false, handoff:true, frees_done:false, delay:None, memory:None, span:Span::default()});
    for (n,b) in [("arrivals",0u32),("server",2)] { s.processes.push(Process{name:n.into(), kind:ProcessKind::Process, count:None, autoscale:None, body:BodyId(b), memory:None, holds:None, stream:None, span:Span::default()}); }
    s.bodies = vec![
        Body{process:ProcessId(0), kind:BodyKind::Main, entry:0, locals:0, copies:0, starts_with_item:false},
        Body{process:ProcessId(0), kind:BodyKind::Every, entry:2, locals:0, copies:0, starts_with_item:true},
        Body{process:ProcessId(1), kind:BodyKind::Main, entry:4, locals:0, copies:0, starts_with_item:false}];
    let ch = Store::Channel(ChannelId(0));
    s.code = vec![
        Instruction::Every{interval:ExprId(1), body:BodyId(1), ticks:0}, Instruction::End,
        Instruction::Send{store:ch, within:None, otherwise:None}, Instruction::End,
        Instruction::Receive{store:ch, up_to:None, within:None, otherwise:None}, Instruction::Sleep{time:ExprId(3)}, Instruction::Done, Instruction::Jump(4), Instruction::End];
    s.spans = vec![Span::default(); 9];
    s.every_count = 1;
    s
}
fn main() {
    for _ in 0..3 {
        let mut sim = Simulation::new(sc(), 1).unwrap();
        let t = std::time::Instant::now();
        sim.advance(10_000_000_000_000, u64::MAX);
        let dt = t.elapsed().as_secs_f64();
        let r = sim.report();
        println!("{} events in {dt:.3}s = {:.1} M/s, mean {} depth {}", r.events, r.events as f64/dt/1e6, r.latency_s.mean, r.channels.0[0].1.mean_depth);
    }
}
