#include "scenario/policy_config.hpp"

#include "policy/builtin.hpp"

namespace headroom {

ControllerConfig::ControllerConfig() : Recipe(Choice<Controller>{builtin_controllers(), "", nullptr}) {}

Slot slot_of(ControllerConfig& config) {
  auto slot = std::get<ChoiceSlot>(slot_of(static_cast<Choice<Controller>&>(config)));
  slot.choose = [&config, choose = std::move(slot.choose)](std::string_view kind) {
    if (config.kind != kind) config.scope.reset();
    return ObjectSlot{[&config, policy = choose(kind)](Fields& f) {
      policy.walk(f);
      f("scope", config.scope, "where it acts; absent: everywhere");
    }};
  };
  return slot;
}

PlannerConfig::PlannerConfig() : Recipe(Choice<Planner>{builtin_planners(), "", nullptr}) {}

Slot slot_of(PlannerConfig& config) {
  return slot_of(static_cast<Choice<Planner>&>(config));
}

BackstopConfig::BackstopConfig() {
  for (const auto& kind : controller.kinds)
    if (kind.kind == "backstop") {
      controller.kind = kind.kind;
      controller.value = kind.make();
    }
}

void BackstopConfig::fields(Fields& f) {
  f("enabled", enabled, "whether it watches");
  controller.value->fields(f);
}

void BackstopConfig::check(const Scope& scope) const {
  if (enabled) controller.value->check(scope);
}

PolicyConfig::PolicyConfig()
    : router(Choice<Router>{builtin_routers(), "", nullptr}),
      batching(Choice<BatchScheduler>{builtin_batch_schedulers(), "", nullptr}),
      unit_batching(
          Choice<BatchScheduler>{builtin_unit_schedulers(), "one_at_a_time", builtin_unit_schedulers().front().make()}),
      planner(Choice<Planner>{builtin_planners(), "as_declared", builtin_planners().front().make()}),
      placement(Choice<Placement>{builtin_placements(), "interleaved", builtin_placements().front().make()}),
      vm_placement(Choice<VmPlacement>{builtin_vm_placements(), "first_fit", builtin_vm_placements().front().make()}) {}

void PolicyConfig::fields(Fields& f) {
  f("name", name, "what this combination is called");
  f.required("router", router, "chooses the instance that serves a request");
  f.required("batching", batching, "chooses what an instance runs next");
  f("unit_batching", unit_batching, "the same of an instance whose steps are by units");
  f("planner", planner, "in which order, by when and how well the stages of job graphs are done");
  f("planners", planners,
    "more of them, asked in this order after `planner`; each sees the job as those before left it");
  f("placement", placement, "which pool each server goes to at the start");
  f("vm_placement", vm_placement, "where the machines of /workload/vms go as they come");
  f("controllers", controllers, "act on power, instances, jobs; none: nothing limits what is drawn");
  f("pools", pools, "how it divides the instances of the only service");
  f("start", start, "what an instance goes through before it serves, in place of what the services say");
}

}  // namespace headroom
