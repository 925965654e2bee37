"""Makes the model that ships inside phiguard. Not part of the wheel; needs the `train` extra."""

STEPS = 1250  # of the first stage: names
EPOCHS = 5  # of the second stage: drafts
