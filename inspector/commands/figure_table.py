"""The figures of labelled pictures as tables on standard output, the same for `evaluate` and `validate`."""

from typing import Any

_QUESTIONS = {
    "by_mistake": "no escape, no overkill",
    "by_verdict": "right without a person",
    "by_class": "class right",
}


def print_figures(figures: dict[str, Any]) -> None:
    """Print what `Figures.as_json` returns."""
    print(f"pictures {figures['n']}   accuracy {figures['accuracy']:.2%}   macro F1 {figures['macro_f1']:.2%}")
    for word in ("escape", "overkill", "check"):
        rate = figures[word]
        if rate is not None and rate["value"] is not None:
            low, high = rate["low"], rate["high"]
            bound = figures["at_most"].get(word)
            none = f", at most {bound:.2%}" if rate["x"] == 0 and bound is not None else ""
            print(f"{word:<10}{rate['value']:.2%}  ({low:.2%} to {high:.2%}, {rate['x']} of {rate['n']}{none})")
    for word in ("auroc", "anomaly_auroc"):
        if figures[word] is not None:
            print(f"{word.replace('_', ' '):<15}{figures[word]:.2%}")
    width = max(len(name) for name in figures["classes"])
    print(f"{'class':<{width}}  precision  recall      n")
    for name, row in figures["classes"].items():
        precision, recall = (row[word]["value"] for word in ("precision", "recall"))
        print(f"{name:<{width}}  {_percent(precision):>9}  {_percent(recall):>6}  {row['n']:>5}")


def print_beside(figures: dict[str, Any]) -> None:
    """Print what else `Validation.as_json` returns: the comparisons and the time for one part."""
    comparison, accelerators = figures["comparison"], figures["accelerators"]
    for name, words in _QUESTIONS.items():
        paired = comparison[name] if comparison else None
        if paired:
            print(
                f"against version {comparison['other']['version']}, {words}: only this one {paired['only_this']}, only "
                f"the other {paired['only_other']}, p = {paired['p_value']:.4f} (McNemar)"
            )
    if accelerators:
        print(
            f"{accelerators['accelerator']} and cpu: {accelerators['equal_verdicts']} of {accelerators['parts']} "
            f"verdicts equal, probabilities within {accelerators['probability_difference']:.1e}, "
            f"cpu takes {accelerators['time_ratio']:.1f} times as long"
        )
    latency = figures["latency"]
    total = latency["stages_ms"]["total"]
    print(f"one part on {latency['accelerator']}: {total['median']:.1f} ms, 95 of 100 within {total['p95']:.1f} ms")


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"
