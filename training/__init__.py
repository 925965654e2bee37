"""Makes the model that ships inside phiguard. Not part of the wheel; needs the `train` extra."""
