// Package odds says how likely it is that a number of shards holds the days to come,
// from the highest need of each day of the past.
//
// A caller hands the days to [Of], asks [Odds.Holds] for the probability that a number
// of shards holds a [Horizon], and [Odds.Least] for the fewest that hold it with some
// confidence:
//
//	past := odds.Of(days)
//	p, ok := past.Holds(13, odds.Days(28))
//	shards, ok := past.Least(0.8, odds.Days(28))
//
// # The formula
//
// With x₁ ≥ x₂ ≥ … the needs of T days, and H days to come,
//
//	P(N holds H days | T seen) = Γ(T+H)·Γ(T+a) / (Γ(T)·Γ(T+a+H))
//	a = (N/x₁)^−α                  of N shards that are at least x₁
//	a = 1 + the days above N       of fewer
//	α = (4+5) / (4/4 + Σ ln(xᵢ/x₆), i = 1..5)
//
// At N = x₁ this is T/(T+H), whatever the distribution of the days, as long as they are
// exchangeable: of T+H such days the highest is as likely to be any of them. Below x₁ it
// is the probability that H days bring none above N, if the share of days that do has
// the beta distribution of a days in T. Above x₁ a is the number of days above N that T
// days have on average, if the days above x₆ have a tail of Pareto's with exponent α.
// That is Hill's estimate of the tail of the five highest days, drawn to 4 with the
// weight of four more.
// (Hill, "A Simple General Approach to Inference About the Tail of a Distribution",
// 1975; Gumbel and von Schelling, "The Distribution of the Number of Exceedances", 1950)
//
// It knows of no change of the level of days. What a caller knows of that, growth or an
// announced event, is in the [Horizon].
package odds
