"""Offers, bookings, holds, refunds: places, fares and money together."""
