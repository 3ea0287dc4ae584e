"""What a city's team may send: charters, milestones, KPIs, values, texts of the roadmap."""
